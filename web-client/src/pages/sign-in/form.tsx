/**
 * The fields of a sign-in, what is wrong with them, and how long to wait after too many attempts.
 */

import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Refusal } from '../../net/index.ts';
import { signIn, whyNot } from '../../state/sign-in.ts';
import { inWords } from '../../state/time.ts';
import { useCountdown } from './countdown.ts';

interface Props {
  byInvitation: boolean;
  /** The invitation of a link, if somebody came by one. */
  invitation: string | undefined;
}

/** As short as the server takes. */
const SHORTEST_PASSWORD = 8;

export function SignInForm({ byInvitation, invitation: given }: Props) {
  const [invitation, setInvitation] = useState(given ?? '');
  const [userId, setUserId] = useState('');
  const [password, setPassword] = useState('');
  const { isPending, reason, wait, attempt } = useAttempt(byInvitation);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => signIn(userId.trim(), password, byInvitation ? invitation.trim() : undefined));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {byInvitation && (
          <TextInput
            label="Invitation"
            placeholder="inv_…"
            value={invitation}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setInvitation(event.currentTarget.value)}
          />
        )}
        <TextInput
          label={byInvitation ? 'Choose a user name' : 'User'}
          value={userId}
          required
          withAsterisk={false}
          maxLength={128}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          onChange={(event) => setUserId(event.currentTarget.value)}
        />
        <PasswordInput
          label={byInvitation ? 'Choose a password' : 'Password'}
          description={byInvitation ? `${SHORTEST_PASSWORD} characters at least` : undefined}
          value={password}
          required
          withAsterisk={false}
          minLength={byInvitation ? SHORTEST_PASSWORD : undefined}
          maxLength={256}
          name="password"
          autoComplete={byInvitation ? 'new-password' : 'current-password'}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {reason && (
          <Alert color="red" role="alert" icon={<IconAlertCircle />} p="sm">
            {reason}
          </Alert>
        )}
        <Button type="submit" loading={isPending} disabled={wait > 0} fullWidth>
          {wait > 0 ? `Wait ${inWords(wait)}` : byInvitation ? 'Join' : 'Sign in'}
        </Button>
      </Stack>
    </form>
  );
}

/** One attempt at a time; what came of the last one; and how long nothing more may be tried, in milliseconds. */
function useAttempt(byInvitation: boolean) {
  const [isPending, setPending] = useState(false);
  const [reason, setReason] = useState('');
  const [wait, startWait] = useCountdown();
  const attempt = async (run: () => Promise<void>) => {
    setPending(true);
    setReason('');
    try {
      await run();
    } catch (error) {
      setReason(whyNot(error, byInvitation));
      if (error instanceof Refusal && error.retryAfter) startWait(error.retryAfter);
    } finally {
      setPending(false);
    }
  };
  return { isPending, reason, wait, attempt };
}
