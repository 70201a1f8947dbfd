/**
 * Who is what in the project; an owner sets it here.
 */

import { ActionIcon, Alert, Text, Title } from '@mantine/core';
import type { MemberView } from '@protocol';
import { IconX } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { useParticipants } from '../../state/hooks.ts';
import { personName } from '../../state/person.ts';
import { reasonOf } from '../../state/reason.ts';
import { useSetRole } from '../../state/sharing.ts';
import { fullTime } from '../../state/time.ts';
import { who } from '../../state/who.ts';
import { PersonAvatar } from '../identity/person-avatar.tsx';
import classes from './members.module.css';
import { RoleSelect } from './role-select.tsx';
import { asRole, roleLabel } from './roles.ts';

interface Props {
  projectId: string;
  /** Whether this person may change it. */
  isMine: boolean;
  members: readonly MemberView[];
}

export function Members({ projectId, isMine, members }: Props) {
  const set = useSetRole(projectId);
  return (
    <section aria-labelledby="share-members">
      <Title order={3} size="h6" id="share-members" mb={6}>
        Members
      </Title>
      {members.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has a role here: only admins of the server see this project.
        </Text>
      )}
      <ul className={classes.list}>
        {members.map((member) => (
          <Member
            key={member.user_id}
            member={member}
            isMine={isMine}
            isBusy={set.isPending}
            onSet={set.mutate}
          />
        ))}
      </ul>
      {set.error && (
        <Alert color="red" role="alert" p="sm" mt="xs" title="That was not changed">
          {reasonOf(set.error)}
        </Alert>
      )}
    </section>
  );
}

interface MemberProps {
  member: MemberView;
  isMine: boolean;
  isBusy: boolean;
  onSet: ReturnType<typeof useSetRole>['mutate'];
}

function Member({ member: { user_id, role, since }, isMine, isBusy, onSet }: MemberProps) {
  const present = useParticipants().get(user_id);
  const isMe = useStore(who, ({ userId }) => userId === user_id);
  const name = personName(user_id, present?.name);
  return (
    <li className={classes.member}>
      <span aria-hidden>
        <PersonAvatar name={name} color={present?.color} />
      </span>
      <div className={classes.who} title={`Since ${fullTime(Date.parse(since))}`}>
        <Text size="sm" fw={500} truncate>
          {name}
          {isMe && ' (you)'}
        </Text>
        {name !== user_id && (
          <Text size="xs" c="dimmed" truncate>
            {user_id}
          </Text>
        )}
      </div>
      {isMine ? (
        <Change name={name} userId={user_id} role={role} isBusy={isBusy} onSet={onSet} />
      ) : (
        <Text size="sm">{roleLabel(role)}</Text>
      )}
    </li>
  );
}

interface ChangeProps {
  name: string;
  userId: string;
  role: string;
  isBusy: boolean;
  onSet: MemberProps['onSet'];
}

function Change({ name, userId, role, isBusy, onSet }: ChangeProps) {
  return (
    <>
      <RoleSelect
        isNarrow
        size="xs"
        w={130}
        aria-label={`Role of ${name}`}
        value={asRole(role)}
        disabled={isBusy}
        onChange={(wanted) => onSet({ userId, role: wanted })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Take ${name} out of the project`}
        disabled={isBusy}
        onClick={() => onSet({ userId, role: null })}
      >
        <IconX size={16} />
      </ActionIcon>
    </>
  );
}
