/**
 * Gives somebody who is a user already a role in the project.
 */

import { Alert, Button, TextInput } from '@mantine/core';
import type { MemberRole } from '@protocol';
import { type FormEvent, useState } from 'react';
import { reasonOf } from '../../state/reason.ts';
import { useSetRole } from '../../state/sharing.ts';
import classes from './members.module.css';
import { RoleSelect } from './role-select.tsx';

export function AddMember({ projectId }: { projectId: string }) {
  const set = useSetRole(projectId);
  const [userId, setUserId] = useState('');
  const [role, setRole] = useState<MemberRole>('editor');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = userId.trim();
    if (wanted) set.mutate({ userId: wanted, role }, { onSuccess: () => setUserId('') });
  };
  return (
    <form onSubmit={submit}>
      <div className={classes.add}>
        <TextInput
          size="sm"
          label="Add a user"
          placeholder="The name they sign in with"
          value={userId}
          maxLength={128}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setUserId(event.currentTarget.value)}
        />
        <RoleSelect isNarrow size="sm" aria-label="Their role" value={role} onChange={setRole} />
        <Button type="submit" size="sm" variant="default" loading={set.isPending} disabled={!userId.trim()}>
          Add
        </Button>
      </div>
      {set.error && (
        <Alert color="red" role="alert" p="sm" mt="xs" title="Nobody was added">
          {reasonOf(set.error)}
        </Alert>
      )}
    </form>
  );
}
