/**
 * Who did what, newest first. Only the lines in view are in the page, however long the history is.
 */

import { Button, Center, Loader, Text } from '@mantine/core';
import type { HistoryEntry } from '@protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import classes from './history.module.css';
import { pastOf } from './past.ts';
import { TimelineEntry } from './timeline-entry.tsx';
import { nextEntry, type Row } from './timeline-rows.ts';
import { type Filter, useTimeline } from './use-timeline.ts';

/** In pixels, as the style sheet has them. */
const HEIGHT = { day: 32, entry: 48 } as const;
/** So near to the end, in lines, more is read. */
const NEAR = 20;

export function Timeline({ filter, isFiltered }: { filter: Filter; isFiltered: boolean }) {
  const { rows, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch, data } =
    useTimeline(filter);
  const scroll = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => HEIGHT[rows[index]?.kind ?? 'entry'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  });
  const lines = list.getVirtualItems();
  const end = lines.at(-1)?.index ?? 0;

  // A page may have nothing and still go on: the pages count, too.
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (pages > 0 && hasNextPage && !isFetchingNextPage && !error && end >= rows.length - NEAR)
      void fetchNextPage();
  }, [pages, end, rows.length, hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  useKeepPlace(scroll, rows);

  const keys = useKeys(rows, (index) => list.scrollToIndex(index));
  const at = useView((view) => view.at);
  useShowPlace(at, rows, (index) => list.scrollToIndex(index));
  const failure = error && <Failed message={error.message} again={() => void refetch()} />;
  const isEmpty = rows.length === 0;
  return (
    <div className={classes.scroll} ref={scroll}>
      {isEmpty && (isPending || hasNextPage) && !error && <Reading />}
      {isEmpty && !isPending && !hasNextPage && <Nothing isFiltered={isFiltered} />}
      {!isEmpty && (
        <div
          role="listbox"
          tabIndex={0}
          aria-label="Timeline"
          aria-activedescendant={keys.activeId}
          aria-busy={isFetchingNextPage}
          className={classes.lines}
          style={{ height: list.getTotalSize() }}
          onKeyDown={keys.onKeyDown}
        >
          {lines.map(({ index, key, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <div key={key} role="presentation" className={classes.line} style={{ top: start }}>
                {row.kind === 'day' ? (
                  <div role="presentation" className={classes.day}>
                    {row.name}
                  </div>
                ) : (
                  <TimelineEntry
                    id={keys.idOf(row)}
                    entry={row.entry}
                    isShown={at === row.entry.seq_last}
                    isActive={keys.active === row.key}
                    isLater={at !== null && row.entry.seq_last > at}
                    show={keys.show}
                  />
                )}
              </div>
            );
          })}
        </div>
      )}
      {failure}
    </div>
  );
}

/** Which line has the keyboard, and what keys do. */
function useKeys(rows: readonly Row[], reveal: (index: number) => void) {
  const workspace = useWorkspace();
  const name = useId();
  const [active, setActive] = useState<string>();
  const idOf = (row: Row) => `${name}-${row.key}`;
  const show = useCallback(
    (entry: HistoryEntry) => {
      setActive(String(entry.seq_first));
      void pastOf(workspace).goTo(entry);
    },
    [workspace],
  );
  const index = rows.findIndex((row) => row.key === active);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = rows[index];
    if (row?.kind === 'entry' && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      show(row.entry);
      return;
    }
    const next = nextEntry(rows, index, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setActive(rows[next]?.key);
    reveal(next);
  };
  return { active, activeId: index < 0 ? undefined : `${name}-${active}`, idOf, show, onKeyDown };
}

/** What comes before the lines that are being read does not push them away. */
function useKeepPlace(scroll: React.RefObject<HTMLDivElement | null>, rows: readonly Row[]) {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = scroll.current;
    const first = before.current.find(({ kind }) => kind === 'entry')?.key;
    const place = rows.findIndex(({ key, kind }) => kind === 'entry' && key === first);
    const wasPlace = before.current.findIndex(({ key, kind }) => kind === 'entry' && key === first);
    before.current = rows;
    if (!element || element.scrollTop === 0 || place <= wasPlace) return;
    const added = rows.slice(0, place).reduce((sum, { kind }) => sum + HEIGHT[kind], 0);
    element.scrollTop += added - wasPlace * HEIGHT.day;
  }, [rows, scroll]);
}

/** The entry whose graph is shown is in view, wherever one went from. */
function useShowPlace(at: number | null, rows: readonly Row[], reveal: (index: number) => void) {
  const show = useEffectEvent((seq: number) => {
    const index = rows.findIndex((row) => row.kind === 'entry' && row.entry.seq_last === seq);
    if (index >= 0) reveal(index);
  });
  useEffect(() => {
    if (at !== null) show(at);
  }, [at]);
}

function Reading() {
  return (
    <Center p="xl">
      <Loader size="sm" aria-label="Reading the history" />
    </Center>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Text className={classes.nothing}>
      {isFiltered
        ? 'Nothing in the history matches the filter. Take a part of it away to see more.'
        : 'Nothing was done here yet. What you and others do will stand here.'}
    </Text>
  );
}

function Failed({ message, again }: { message: string; again: () => void }) {
  return (
    <div className={classes.nothing} role="alert">
      <Text>The history could not be read: {message}</Text>
      <Button size="compact-sm" variant="light" mt="xs" onClick={again}>
        Try again
      </Button>
    </div>
  );
}
