/**
 * The dialog that shares the open project: who is what in it, who is invited, and its address.
 */

import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconInfoCircle, IconLock, IconWorld } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { reasonOf } from '../../state/reason.ts';
import { useMembers } from '../../state/sharing.ts';
import { who } from '../../state/who.ts';
import { Dialog } from '../dialog/dialog.tsx';
import { AddMember } from './add-member.tsx';
import { CopyLink } from './copy-link.tsx';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';
import { maySay } from './roles.ts';

export default function ShareDialog({ onClose }: { onClose: () => void }) {
  const { projectId } = useWorkspace();
  const name = useView((view) => view.name);
  // Who has nothing to show and got here is on a server that asks for nothing.
  const isOpenServer = useStore(who, ({ token }) => token === undefined);
  return (
    <Dialog onClose={onClose} title={`Share “${name}”`} size="lg">
      <Stack gap="lg">
        {isOpenServer ? <Everybody /> : <WhoMay projectId={projectId} />}
        <CopyLink projectId={projectId} isForMembers={!isOpenServer} />
      </Stack>
    </Dialog>
  );
}

function Everybody() {
  return (
    <Alert icon={<IconWorld />} title="Everybody who can reach this server may do everything" role="note">
      This server asks nobody who they are: whoever opens the link sees the project and may change and delete
      it. Roles and invitations count once the server is started with <code>--auth token</code>.
    </Alert>
  );
}

function WhoMay({ projectId }: { projectId: string }) {
  const members = useMembers(projectId);
  const userId = useStore(who, (now) => now.userId);
  if (members.isPending) {
    return (
      <Group justify="center" h={120}>
        <Loader size="sm" role="status" aria-label="Reading who is in the project" />
      </Group>
    );
  }
  if (members.error) {
    return (
      <Alert color="yellow" icon={<IconLock />} title="You cannot share this project" role="alert">
        <Text size="sm">{reasonOf(members.error)}</Text>
        <Button
          mt="xs"
          size="compact-sm"
          variant="light"
          color="yellow"
          onClick={() => void members.refetch()}
        >
          Try again
        </Button>
      </Alert>
    );
  }
  if (!maySay(userId, members.data)) {
    return (
      <Stack gap="xs">
        <Members projectId={projectId} members={members.data} isMine={false} />
        <Text size="xs" c="dimmed">
          Only owners say who is what and invite others.
        </Text>
      </Stack>
    );
  }
  return (
    <>
      <Stack gap="xs">
        <Members projectId={projectId} members={members.data} isMine />
        <AddMember projectId={projectId} />
      </Stack>
      <Invitations projectId={projectId} />
      <Text size="xs" c="dimmed">
        <IconInfoCircle size={13} style={{ verticalAlign: '-2px' }} aria-hidden /> Changes count at once, also
        for who has the project open. Admins of the server may do everything.
      </Text>
    </>
  );
}
