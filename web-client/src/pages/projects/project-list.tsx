/**
 * The list: its rows, more of them as one scrolls, and what stands there without any.
 */

import { Alert, Button, Center, Loader } from '@mantine/core';
import type { ProjectList as Page, ProjectSummary } from '@protocol';
import { IconAlertCircle } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Refusal } from '../../net/index.ts';
import { reasonOf } from '../../state/reason.ts';
import { NoneFound, NoProjects } from './empty.tsx';
import type { OpenDialog } from './open-dialog.ts';
import classes from './project-list.module.css';
import { ProjectRow, RowSkeleton } from './project-row.tsx';
import { focusRow } from './row-focus.ts';

interface Props {
  query: UseInfiniteQueryResult<InfiniteData<Page>>;
  projects: readonly ProjectSummary[];
  search: string;
  onAct: (dialog: OpenDialog) => void;
  onFiles: (files: readonly File[]) => void;
  onClearSearch: () => void;
}

export function ProjectList({ query, projects, search, onAct, onFiles, onClearSearch }: Props) {
  if (query.isPending || isAskedWho(query.error)) return <Skeletons />;
  if (projects.length === 0 && query.error) return <NotRead error={query.error} onRetry={query.refetch} />;
  if (projects.length === 0) {
    if (search) return <NoneFound search={search} onClear={onClearSearch} />;
    return <NoProjects onNew={() => onAct({ kind: 'new' })} onFiles={onFiles} />;
  }
  return (
    <>
      {query.error && <NotRead error={query.error} onRetry={query.refetch} />}
      <ul className={classes.list} aria-label="Projects" onKeyDown={goByArrows}>
        {projects.map((project) => (
          <ProjectRow key={project.project_id} project={project} onAct={onAct} />
        ))}
      </ul>
      {query.hasNextPage && <More isBusy={query.isFetchingNextPage} onWanted={query.fetchNextPage} />}
    </>
  );
}

/** Who has to sign in is led there; until then nothing failed. */
function isAskedWho(error: Error | null): boolean {
  return error instanceof Refusal && error.code === 'UNAUTHENTICATED';
}

function NotRead({ error, onRetry }: { error: Error; onRetry: () => unknown }) {
  return (
    <Alert color="red" icon={<IconAlertCircle />} title="The projects could not be read" role="alert">
      {reasonOf(error)}{' '}
      <Button variant="light" color="red" size="compact-sm" ml="xs" onClick={() => void onRetry()}>
        Try again
      </Button>
    </Alert>
  );
}

function Skeletons() {
  return (
    <ul className={classes.list} aria-label="Projects are being read" aria-busy>
      {Array.from({ length: 6 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing tells one from another
        <RowSkeleton key={at} />
      ))}
    </ul>
  );
}

/** Asks for more as soon as it comes near. */
function More({ isBusy, onWanted }: { isBusy: boolean; onWanted: () => unknown }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!mark.current || isBusy) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && void onWanted(), {
      rootMargin: '600px',
    });
    watch.observe(mark.current);
    return () => watch.disconnect();
  }, [isBusy, onWanted]);
  return (
    <Center ref={mark} h={48}>
      <Loader size="sm" role="status" aria-label="More projects are being read" />
    </Center>
  );
}

function goByArrows(event: KeyboardEvent<HTMLElement>) {
  const ways = { ArrowDown: 'next', ArrowUp: 'previous', Home: 'first', End: 'last' } as const;
  const way = ways[event.key as keyof typeof ways];
  // In a menu the arrows are the menu's.
  if (!way || event.defaultPrevented || !event.currentTarget.contains(event.target as Node)) return;
  if (focusRow(way)) event.preventDefault();
}
