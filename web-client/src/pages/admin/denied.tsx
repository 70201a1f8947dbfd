/**
 * What stands in place of the page for who is no admin.
 */

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { signInAddress } from '../../components/identity/next-address.ts';
import { reasonOf } from '../../state/reason.ts';
import { who } from '../../state/who.ts';

export function Denied({ error }: { error: unknown }) {
  const { token, userId } = useStore(who);
  return (
    <Stack component="main" align="center" gap="sm" p="xl" mt="xl">
      <IconLock size={32} stroke={1.4} aria-hidden />
      <Title order={2} size="h3">
        This page is for admins
      </Title>
      <Text ta="center" maw={440}>
        {reasonOf(error)}{' '}
        {token ? `You are signed in as ${userId}, who is no admin.` : 'You are not signed in.'} Whoever runs
        the server can make you one.
      </Text>
      <Group gap="xs">
        <Button component={Link} href={signInAddress('/admin')}>
          {token ? 'Sign in as somebody else' : 'Sign in'}
        </Button>
        <Button component={Link} href="/" variant="default">
          All projects
        </Button>
      </Group>
    </Stack>
  );
}
