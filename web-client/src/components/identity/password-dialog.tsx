/**
 * Asks the person who is here for the password once more.
 */

import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useStore } from 'zustand';
import { useUnanswered } from '../../state/hooks.ts';
import { signIn, whyNot } from '../../state/sign-in.ts';
import { who } from '../../state/who.ts';
import { Dialog } from '../dialog/dialog.tsx';
import { signInAddress } from './next-address.ts';

export function PasswordDialog({ isOver, onClose }: { isOver: boolean; onClose: () => void }) {
  const { userId, token } = useStore(who);
  const [here] = useLocation();
  return (
    <Dialog
      onClose={onClose}
      title={isOver ? 'Sign in again' : 'Stay signed in'}
      size="sm"
      closeOnClickOutside={false}
    >
      <Stack gap="sm">
        <Text size="sm">
          {isOver
            ? 'The server no longer knows who you are: the sign-in ended or was taken back.'
            : 'The sign-in ends within a minute.'}{' '}
          <Waiting />
        </Text>
        {token && <PasswordForm key={userId} userId={userId} onClose={onClose} />}
        <Anchor component={Link} href={signInAddress(here)} size="sm">
          {token ? 'Sign in as somebody else' : 'Go to the sign-in'}
        </Anchor>
      </Stack>
    </Dialog>
  );
}

/** What is not lost by signing in again. */
function Waiting() {
  const count = useUnanswered();
  if (count === 0) return 'Nothing of yours is unsent.';
  return `${count === 1 ? 'One edit waits' : `${count} edits wait`} in this browser and will be sent when you are back.`;
}

function PasswordForm({ userId, onClose }: { userId: string; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [isPending, setPending] = useState(false);
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    setReason('');
    try {
      await signIn(userId, password);
    } catch (error) {
      setReason(whyNot(error, false));
      setPending(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {/* Password managers look for the name beside the password. */}
        <input type="text" name="username" autoComplete="username" value={userId} readOnly hidden />
        <PasswordInput
          label={`Password of ${userId}`}
          value={password}
          required
          withAsterisk={false}
          name="password"
          autoComplete="current-password"
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {reason && (
          <Alert color="red" role="alert" p="sm">
            {reason}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={isPending}>
            Sign in
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
