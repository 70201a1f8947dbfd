/**
 * Invitations for who is no user yet: made here, shown once, taken back.
 */

import { ActionIcon, Alert, Button, Select, Text, Title } from '@mantine/core';
import type { InvitationView, MemberRole } from '@protocol';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { reasonOf } from '../../state/reason.ts';
import { useInvitations, useInvite, useTakeBackInvitation } from '../../state/sharing.ts';
import { Ago } from '../time/ago.tsx';
import classes from './invitations.module.css';
import { MadeInvitation } from './made-invitation.tsx';
import memberClasses from './members.module.css';
import { RoleSelect } from './role-select.tsx';
import { LIFETIMES, roleLabel } from './roles.ts';

const WEEK = '604800';

export function Invitations({ projectId }: { projectId: string }) {
  const [role, setRole] = useState<MemberRole>('editor');
  const [lifetime, setLifetime] = useState(WEEK);
  const invite = useInvite(projectId);
  return (
    <section aria-labelledby="share-invitations">
      <Title order={3} size="h6" id="share-invitations">
        Invite somebody who is no user yet
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        Whoever has the link chooses a name and a password, once.
      </Text>
      <div className={classes.make}>
        <RoleSelect size="sm" label="As" value={role} onChange={setRole} />
        <Select
          size="sm"
          label="Counts for"
          data={[...LIFETIMES]}
          value={lifetime}
          allowDeselect={false}
          onChange={(picked) => setLifetime(picked ?? WEEK)}
        />
        <Button
          variant="default"
          loading={invite.isPending}
          onClick={() => invite.mutate({ role, seconds: Number(lifetime) })}
        >
          Make a link
        </Button>
      </div>
      {invite.error && (
        <Alert color="red" role="alert" p="sm" mt="xs" title="No invitation was made">
          {reasonOf(invite.error)}
        </Alert>
      )}
      {invite.data && (
        <MadeInvitation key={invite.data.invitation_id} made={invite.data} projectId={projectId} />
      )}
      <Waiting projectId={projectId} />
    </section>
  );
}

/** Those that nobody has used yet. */
function Waiting({ projectId }: { projectId: string }) {
  const { data, error } = useInvitations(projectId, true);
  const takeBack = useTakeBackInvitation(projectId);
  const refused = takeBack.error ?? error;
  return (
    <>
      {refused && (
        <Alert color="red" role="alert" p="sm" mt="xs">
          {reasonOf(refused)}
        </Alert>
      )}
      {data && data.length > 0 && (
        <ul className={memberClasses.list} aria-label="Invitations that nobody has used yet">
          {data.map((invitation) => (
            <OneWaiting
              key={invitation.invitation_id}
              invitation={invitation}
              isBusy={takeBack.isPending}
              onTakeBack={() => takeBack.mutate(invitation.invitation_id)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface WaitingProps {
  invitation: InvitationView;
  isBusy: boolean;
  onTakeBack: () => void;
}

function OneWaiting({ invitation, isBusy, onTakeBack }: WaitingProps) {
  const { role, created_by, expires_at } = invitation;
  return (
    <li className={memberClasses.member}>
      <Text size="sm" className={memberClasses.who}>
        {roleLabel(role)}, by {created_by}. Ends <Ago at={expires_at} />
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Take back the invitation as ${roleLabel(role)} by ${created_by}`}
        disabled={isBusy}
        onClick={onTakeBack}
      >
        <IconX size={16} />
      </ActionIcon>
    </li>
  );
}
