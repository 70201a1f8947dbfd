/**
 * Where people say who they are, if the server asks: by their password, or by an invitation that makes them a user.
 */

import { Paper, SegmentedControl, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useStore } from 'zustand';
import { Brand } from '../../components/identity/brand.tsx';
import { invitationIn, nextAddress } from '../../components/identity/next-address.ts';
import { who } from '../../state/who.ts';
import { SignInForm } from './form.tsx';
import classes from './page.module.css';

export default function SignInPage() {
  useDocumentTitle('Sign in · Graphroom');
  const [params] = useSearchParams();
  const next = nextAddress(params.get('next'));
  const invitation = useInvitation();
  const [way, setWay] = useState(invitation ? 'invitation' : 'password');
  useGoOn(next);
  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <Brand />
        <Paper withBorder shadow="sm" radius="lg" p="xl" className={classes.card}>
          <Title order={1} size="h3">
            {way === 'password' ? 'Sign in' : 'Join by an invitation'}
          </Title>
          <Text size="sm" c="dimmed" mt={4} mb="md">
            {next.startsWith('/projects/')
              ? 'This server asks who you are before it opens the project.'
              : 'This server asks who you are.'}
          </Text>
          <SegmentedControl
            fullWidth
            mb="md"
            aria-label="How to sign in"
            value={way}
            onChange={setWay}
            data={[
              { value: 'password', label: 'I have a user' },
              { value: 'invitation', label: 'I was invited' },
            ]}
          />
          <SignInForm key={way} byInvitation={way === 'invitation'} invitation={invitation} />
        </Paper>
        <Text size="xs" c="dimmed" ta="center">
          {way === 'password'
            ? 'No user yet? Ask an owner of the project for an invitation.'
            : 'An invitation counts once. Afterwards you sign in by your name and password.'}
        </Text>
      </div>
    </main>
  );
}

/** The invitation of the link by which somebody came, taken out of the address: it is a secret. */
function useInvitation(): string | undefined {
  const [invitation] = useState(() => invitationIn(globalThis.location.hash));
  useEffect(() => {
    if (invitation) history.replaceState(history.state, '', location.pathname + location.search);
  }, [invitation]);
  return invitation;
}

/** Goes on once somebody is signed in, here or in another tab. */
function useGoOn(next: string) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const token = useStore(who, (now) => now.token);
  const [before] = useState(token);
  const isDone = token !== undefined && token !== before;
  useEffect(() => {
    if (!isDone) return;
    queries.clear();
    go(next, { replace: true });
  }, [isDone, next, go, queries]);
}
