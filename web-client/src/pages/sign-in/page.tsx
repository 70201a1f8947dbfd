/**
 * Where people say who they are, if the server asks.
 */

import { Button, Container, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../state/server.ts';
import { signedIn } from '../../state/who.ts';

export default function SignInPage() {
  const [, go] = useLocation();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const submit = async () => {
    const { user_id, session_token } = await api.signIn(user, password);
    signedIn(user_id, session_token);
    go('/');
  };
  return (
    <Container component="main" size="xs" py="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack>
          <Title>Sign in</Title>
          <TextInput label="User" value={user} onChange={(event) => setUser(event.currentTarget.value)} />
          <PasswordInput
            label="Password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit">Sign in</Button>
        </Stack>
      </form>
    </Container>
  );
}
