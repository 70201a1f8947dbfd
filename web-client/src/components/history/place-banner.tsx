/**
 * Which moment the window shows, and what can be done from there. It takes the same room in the present and in the past, so that
 * nothing below it moves.
 */

import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { useNode, useView, useWorkspace } from '../../state/hooks.ts';
import { authorName } from './author.tsx';
import classes from './history.module.css';
import { NameVersion } from './name-version.tsx';
import { pastOf } from './past.ts';
import { askToRestore } from './restore.tsx';
import { useHead } from './use-head.ts';
import { momentOf } from './when.ts';

export function PlaceBanner() {
  const past = pastOf(useWorkspace());
  const at = useView((view) => view.at);
  const { isLoading, failure } = useStore(past.store);
  return (
    <div
      className={classes.banner}
      data-past={at !== null || undefined}
      data-loading={isLoading || undefined}
    >
      <div role="status" className={classes.place}>
        {failure ? <Failure text={failure} /> : at === null ? <Present /> : <Then at={at} />}
      </div>
      <div className={classes.actions}>
        {at === null && !isLoading && !failure ? <NameVersion /> : <PastActions />}
      </div>
    </div>
  );
}

function Present() {
  const head = useHead();
  return (
    <>
      <strong>You are looking at the project as it is now</strong>
      <span className={classes.second}>
        {head === 1 ? '1 step' : `${head} steps`} so far. Choose an entry, or move the slider, to look back.
      </span>
    </>
  );
}

function Then({ at }: { at: number }) {
  const workspace = useWorkspace();
  const { command } = useStore(pastOf(workspace).store);
  const when = command?.seq_last === at ? command : undefined;
  return (
    <>
      <strong>
        You are looking at the project as it was {when ? `on ${momentOf(when.at)}` : 'before'} (seq&nbsp;{at})
      </strong>
      {when && (
        <span className={classes.second}>
          Behind: {when.summary}, by {authorName(workspace, when.author.user_id, when.author.name)}
        </span>
      )}
    </>
  );
}

function Failure({ text }: { text: string }) {
  return (
    <>
      <strong>That moment cannot be shown</strong>
      <span className={classes.second}>{text}</span>
    </>
  );
}

/** Whether this person may restore at all, wherever the window looks. */
export function useCanRestore(): boolean {
  return useView(({ state, isReader }) => state === 'active' && !isReader);
}

function PastActions() {
  const past = pastOf(useWorkspace());
  const at = useView((view) => view.at);
  const { command } = useStore(past.store);
  const canRestore = useCanRestore();
  const called = command?.seq_last === at ? momentOf(command?.at ?? '') : 'that moment';
  return (
    <>
      <Button size="compact-sm" fz="xs" flex="none" onClick={() => past.back()}>
        Back to now
      </Button>
      <Button
        size="compact-sm"
        fz="xs"
        flex="none"
        variant="default"
        disabled={at === null || !canRestore}
        onClick={() => at !== null && askToRestore({ seq: at, called })}
      >
        Restore this
      </Button>
      {at !== null && <More at={at} called={called} />}
    </>
  );
}

function More({ at, called }: { at: number; called: string }) {
  const node = useNode(useView(({ selection }) => selection.at(-1)));
  const canRestore = useCanRestore();
  return (
    <>
      <NameVersion at={at} />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More to do from here">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={!node || !canRestore}
            onClick={() => node && askToRestore({ seq: at, called, node: { id: node.id, name: node.name } })}
          >
            {node ? `Restore “${shortened(node.name)}” as it was` : 'Select a node to restore it alone'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
