/**
 * Finds a node or an action by what is typed, and goes there or does it.
 */

import { Modal, useMantineColorScheme } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { useGraphVersion, useParticipants, useView, useWorkspace } from '../../state/hooks.ts';
import { reveal, type Workspace } from '../../state/workspace.ts';
import { actionsOf } from './actions.ts';
import { allGroups, fittingGroups, type Group, type Item, itemOf, keyOfNode } from './groups.ts';
import classes from './palette.module.css';
import { PaletteItem } from './palette-item.tsx';
import { recent, remember } from './recent.ts';
import { foundNode, useFoundNodes } from './use-found-nodes.ts';

export default function PaletteDialog({ close }: { close: () => void }) {
  const workspace = useWorkspace();
  const [query, setQuery] = useState('');
  const { groups, isSearching } = useGroups(query);
  const giveBack = useFocusBefore();
  const leave = () => {
    close();
    giveBack();
  };
  const choose = (item: Item) => {
    remember(item.key);
    leave();
    if (item.node) reveal(workspace, item.node.id);
    else item.action?.run();
  };
  return (
    <Modal.Root opened onClose={leave} size="lg" yOffset="12vh" returnFocus={false}>
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label="Command palette" radius="lg">
        <Modal.Body p={0}>
          <Finder
            query={query}
            setQuery={setQuery}
            groups={groups}
            isSearching={isSearching}
            choose={choose}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface FinderProps {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly groups: readonly Group[];
  readonly isSearching: boolean;
  readonly choose: (item: Item) => void;
}

/** A field with a list below it: the field keeps the focus, keys go through the list. */
function Finder({ query, setQuery, groups, isSearching, choose }: FinderProps) {
  const name = useId();
  const [moved, setMoved] = useState<string | null>(null);
  const items = groups.flatMap((group) => group.items);
  const active = items.find(({ key }) => key === moved) ?? items[0];
  const idOf = (item: Item) => `${name}-${item.key}`;
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length > 0) {
      event.preventDefault();
      const from = active ? items.indexOf(active) : -1;
      const next = items[(from + step + items.length) % items.length];
      setMoved(next?.key ?? null);
      document.getElementById(next ? idOf(next) : '')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && active) {
      event.preventDefault();
      choose(active);
    }
  };
  return (
    <>
      <div className={classes.field}>
        <IconSearch size={18} aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-label="Find a node or an action"
          aria-expanded={items.length > 0}
          aria-controls={`${name}-list`}
          aria-activedescendant={active && idOf(active)}
          aria-autocomplete="list"
          placeholder="Find a node or an action"
          autoComplete="off"
          spellCheck={false}
          className={classes.input}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setMoved(null);
          }}
          onKeyDown={onKeyDown}
          data-autofocus
        />
      </div>
      <div className={classes.list} id={`${name}-list`} role="listbox" aria-label="Found">
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options stand in groups of a list, not in a fieldset
          <div key={group.name} role="group" aria-labelledby={`${name}-${group.name}`}>
            <div className={classes.group} id={`${name}-${group.name}`} role="presentation">
              {group.name}
            </div>
            {group.items.map((item) => (
              <PaletteItem
                key={item.key}
                id={idOf(item)}
                item={item}
                isActive={item === active}
                choose={choose}
                point={setMoved}
              />
            ))}
          </div>
        ))}
      </div>
      <div role="status" className={items.length === 0 ? classes.none : classes.unseen}>
        {items.length > 0 ? `${items.length} found` : isSearching ? 'Searching…' : `Nothing fits “${query}”`}
      </div>
    </>
  );
}

function useGroups(query: string): { groups: readonly Group[]; isSearching: boolean } {
  const workspace = useWorkspace();
  const [, goTo] = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { nodes, isSearching } = useFoundNodes(query);
  const keys = useStore(recent, (state) => state.keys);
  const version = useGraphVersion();
  const view = useView((now) => now);
  const participants = useParticipants();
  const actions = useMemo(() => {
    // What can be done depends on all of these.
    void [version, view, participants];
    return actionsOf(workspace, { goTo, scheme: colorScheme, setScheme: setColorScheme });
  }, [workspace, goTo, colorScheme, setColorScheme, version, view, participants]);
  const groups = useMemo(() => {
    if (query.trim()) return fittingGroups(query, actions, nodes, workspace.projectId);
    const items = keys.flatMap((key) => itemOfKey(workspace, actions.map(itemOf), key) ?? []);
    return allGroups(actions, items);
  }, [query, actions, nodes, keys, workspace]);
  return { groups, isSearching };
}

/** What was chosen before, if it is still there. */
function itemOfKey(workspace: Workspace, actions: readonly Item[], key: string): Item | undefined {
  const { graph, projectId } = workspace;
  const id = key.startsWith(keyOfNode(projectId, '')) ? key.slice(keyOfNode(projectId, '').length) : '';
  const node = graph.node(id);
  return node ? { key, node: foundNode(graph, node) } : actions.find((action) => action.key === key);
}

/** Gives the focus back at once, so that what is done next may take it. */
function useFocusBefore(): () => void {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current ??= document.activeElement;
  }, []);
  return () => {
    if (before.current instanceof HTMLElement) before.current.focus();
  };
}
