/**
 * Who is here.
 */

import { Avatar } from '@mantine/core';
import { useParticipants } from '../../state/hooks.ts';

export function Participants() {
  const participants = useParticipants();
  return (
    <Avatar.Group>
      {[...participants.values()].map(({ user_id, name, color }) => (
        <Avatar key={user_id} name={name ?? user_id} color={color} />
      ))}
    </Avatar.Group>
  );
}
