/**
 * What can be done with a project without opening it.
 */

import { ActionIcon, Loader, Menu } from '@mantine/core';
import type { ProjectSummary } from '@protocol';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconExternalLink,
  IconHistory,
  IconListDetails,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { notify } from '../../state/notices.ts';
import { duplicate, exportFile, refreshProjects } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';
import type { OpenDialog } from './open-dialog.ts';
import classes from './row-menu.module.css';
import { saveFile } from './save-file.ts';

interface Props {
  project: ProjectSummary;
  onAct: (dialog: OpenDialog) => void;
}

export function RowMenu({ project, onAct }: Props) {
  const [, go] = useLocation();
  const work = useWork(project);
  return (
    <Menu position="bottom-end" width={230} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          className={classes.button}
          variant="subtle"
          color="gray"
          size={32}
          aria-label={work.isBusy ? `Working on ${project.name}` : `What to do with ${project.name}`}
        >
          {work.isBusy ? <Loader size={16} /> : <IconDots size={18} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconExternalLink size={16} />}
          onClick={() => go(`/projects/${project.project_id}`)}
        >
          Open
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onAct({ kind: 'rename', project })}>
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={work.duplicate}>
          Duplicate
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Export</Menu.Label>
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => work.export()}>
          Project file
        </Menu.Item>
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => work.export('full')}>
          Project file with history
        </Menu.Item>
        <Menu.Item leftSection={<IconListDetails size={16} />} onClick={() => work.export('lines')}>
          History as JSON lines
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          className={classes.danger}
          leftSection={<IconTrash size={16} />}
          onClick={() => onAct({ kind: 'delete', project })}
        >
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Work that takes a while, one at a time. */
function useWork(project: ProjectSummary) {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const run = async (refused: string, work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notify({ kind: 'error', title: refused, text: reasonOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    duplicate: () =>
      run('The project was not duplicated', async () => {
        const name = await duplicate(project);
        await refreshProjects(queries);
        notify({
          kind: 'done',
          title: 'Duplicated',
          text: `“${name}” has the same graph and a new history.`,
        });
      }),
    export: (history?: 'full' | 'lines') =>
      run('The project was not exported', async () => saveFile(await exportFile(project, history))),
  };
}
