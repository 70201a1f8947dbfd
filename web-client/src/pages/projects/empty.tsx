/**
 * What stands in the place of projects when there are none.
 */

import { Button, Group, Text, Title } from '@mantine/core';
import { IconBinaryTree2, IconFileImport, IconPlus, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty.module.css';
import { FileButton } from './file-button.tsx';

interface NoProjectsProps {
  onNew: () => void;
  onFiles: (files: readonly File[]) => void;
}

export function NoProjects({ onNew, onFiles }: NoProjectsProps) {
  return (
    <Empty icon={<IconBinaryTree2 size={36} stroke={1.5} />} title="No projects yet">
      <Text size="sm" c="dimmed" maw="26rem">
        A project is a tree of things to do that several people change at the same time. Begin with a
        template, or drop a project file anywhere on this page.
      </Text>
      <Group justify="center" gap="xs">
        <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
          New project
        </Button>
        <FileButton variant="default" leftSection={<IconFileImport size={16} />} onFiles={onFiles}>
          Import a file
        </FileButton>
      </Group>
    </Empty>
  );
}

export function NoneFound({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <Empty icon={<IconSearchOff size={36} stroke={1.5} />} title="Nothing found">
      <Text size="sm" c="dimmed" maw="26rem">
        No project has “{search}” in its name.
      </Text>
      <Button variant="default" onClick={onClear}>
        Show all projects
      </Button>
    </Empty>
  );
}

function Empty({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className={classes.empty}>
      <span className={classes.icon}>{icon}</span>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </div>
  );
}
