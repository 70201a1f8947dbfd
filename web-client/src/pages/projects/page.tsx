/**
 * The projects: what there is, what happens in them, and the way into a new one.
 */

import { Button, Text, Title } from '@mantine/core';
import { useDocumentTitle, useHotkeys } from '@mantine/hooks';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import { Brand } from '../../components/identity/brand.tsx';
import { UserMenu } from '../../components/identity/user-menu.tsx';
import { projectsOf, useProjects } from '../../state/projects.ts';
import { countLine } from './count-line.ts';
import { Dialogs } from './dialogs.tsx';
import { DropOverlay } from './drop-overlay.tsx';
import { FileButton } from './file-button.tsx';
import { useOpenDialog } from './open-dialog.ts';
import classes from './page.module.css';
import { ProjectList } from './project-list.tsx';
import { SearchBox } from './search-box.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { useSearch } from './use-search.ts';

export function ProjectsPage() {
  useDocumentTitle('Projects · Graphroom');
  const { text, setText, search } = useSearch();
  const projects = useProjects(search);
  const dialog = useOpenDialog();
  const searchBox = useRef<HTMLInputElement>(null);
  const isDropping = useFileDrop(dialog.importFiles);
  useHotkeys(
    dialog.open
      ? []
      : [
          ['/', () => searchBox.current?.focus()],
          ['n', () => dialog.show({ kind: 'new' })],
        ],
  );
  const total = projects.data?.pages[0]?.total;
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand />
        <UserMenu />
      </header>
      <div className={classes.scroller}>
        <main className={classes.main}>
          <div className={classes.title}>
            <Title order={1} size="h2">
              Projects
            </Title>
            <Text size="sm" c="dimmed" aria-live="polite" className={classes.count}>
              {countLine(total, search)}
            </Text>
            <FileButton
              variant="default"
              leftSection={<IconFileImport size={16} />}
              onFiles={dialog.importFiles}
            >
              Import
            </FileButton>
            <Button leftSection={<IconPlus size={16} />} onClick={() => dialog.show({ kind: 'new' })}>
              New project
            </Button>
          </div>
          <SearchBox
            ref={searchBox}
            text={text}
            onText={setText}
            isBusy={projects.isPlaceholderData || text.trim() !== search}
          />
          <ProjectList
            query={projects}
            projects={projectsOf(projects.data)}
            search={search}
            onAct={dialog.show}
            onFiles={dialog.importFiles}
            onClearSearch={() => setText('')}
          />
        </main>
      </div>
      <DropOverlay isShown={isDropping} />
      <Dialogs open={dialog.open} onClose={dialog.close} />
    </div>
  );
}
