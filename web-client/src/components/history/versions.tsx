/**
 * The places in the journal that have names: going there, restoring them, taking the name away.
 */

import { ActionIcon, Button, Group, Menu, Modal, Text, UnstyledButton } from '@mantine/core';
import type { VersionView } from '@protocol';
import { IconBookmark, IconDots } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { api } from '../../state/server.ts';
import { relativeTime } from '../../state/time.ts';
import { authorName } from './author.tsx';
import classes from './history.module.css';
import { pastOf } from './past.ts';
import { useCanRestore } from './place-banner.tsx';
import { askToRestore } from './restore.tsx';
import { versionsOf } from './version-query.ts';
import { momentOf } from './when.ts';

export function Versions() {
  const { projectId } = useWorkspace();
  const { data, error, isPending } = useQuery(versionsOf(projectId));
  const [unnaming, setUnnaming] = useState<VersionView | null>(null);
  if (isPending) return null;
  if (error) {
    return (
      <Text className={classes.nothing} role="alert">
        The versions could not be read: {error.message}
      </Text>
    );
  }
  return (
    <div className={classes.scroll}>
      {data.versions.length === 0 && (
        <Text className={classes.nothing}>
          No version has a name yet. Name the project as it is now, or as you see it in the timeline, to find
          it again.
        </Text>
      )}
      <ul className={classes.versions} aria-label="Named versions">
        {data.versions.map((version) => (
          <Version key={version.version_id} version={version} unname={setUnnaming} />
        ))}
      </ul>
      <Unname version={unnaming} close={() => setUnnaming(null)} />
    </div>
  );
}

function Version({ version, unname }: { version: VersionView; unname: (version: VersionView) => void }) {
  const workspace = useWorkspace();
  const past = pastOf(workspace);
  const isShown = useView((view) => view.at === version.seq);
  const canRestore = useCanRestore();
  const isReader = useView((view) => view.isReader);
  const { name, seq, by, created_at } = version;
  return (
    <li className={classes.version} data-shown={isShown || undefined}>
      <UnstyledButton
        className={classes.go}
        aria-current={isShown || undefined}
        onClick={() => void past.go(seq)}
      >
        <IconBookmark size={16} aria-hidden />
        <span className={classes.what}>
          <span className={classes.summary}>{name}</span>
          <span className={classes.author} title={momentOf(created_at)}>
            seq {seq} · named {relativeTime(Date.parse(created_at), Date.now())} by{' '}
            {authorName(workspace, by)}
          </span>
        </span>
      </UnstyledButton>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do with ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void past.go(seq)}>Show</Menu.Item>
          <Menu.Item
            disabled={!canRestore || seq === past.head}
            onClick={() => askToRestore({ seq, called: `“${name}”` })}
          >
            Restore…
          </Menu.Item>
          <Menu.Item color="red" disabled={isReader} onClick={() => unname(version)}>
            Delete the name…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function Unname({ version, close }: { version: VersionView | null; close: () => void }) {
  const { projectId } = useWorkspace();
  const queries = useQueryClient();
  const deleting = useMutation({
    mutationFn: (id: string) => api.deleteVersion(projectId, id),
    onError: (error) =>
      notify({ kind: 'error', title: 'The name could not be deleted', text: error.message }),
    onSettled: async () => {
      await queries.invalidateQueries(versionsOf(projectId));
      close();
    },
  });
  return (
    <Modal
      opened={version !== null}
      onClose={close}
      title="Delete this name?"
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      <Text>
        “{version?.name}” will not be in this list any more. The project and its history stay as they are.
      </Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          loading={deleting.isPending}
          onClick={() => version && deleting.mutate(version.version_id)}
        >
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
