/**
 * What can be done from the palette here and now. What cannot be done is not there.
 */

import type { MantineColorScheme } from '@mantine/core';
import { toggleChat } from '../../state/chat.ts';
import { create, nameOf, remove, takeBack } from '../../state/edits.ts';
import type { ShortcutId } from '../../state/shortcuts.ts';
import { who } from '../../state/who.ts';
import { canEdit, type Workspace } from '../../state/workspace.ts';
import { openHelp } from '../help/help.tsx';
import { pastOf, toggleHistory } from '../history/past.ts';
import { askToRestore } from '../history/restore.tsx';
import { momentOf } from '../history/when.ts';
import { copyLink } from './node-link.ts';

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly group: 'Node' | 'Steps' | 'History' | 'View' | 'People' | 'Go';
  /** Other words that people look for it by. */
  readonly words?: string;
  readonly shortcut?: ShortcutId;
  readonly run: () => void;
}

/** What actions need beside the project. */
export interface Around {
  readonly goTo: (path: string) => void;
  readonly scheme: MantineColorScheme;
  readonly setScheme: (scheme: MantineColorScheme) => void;
}

export function actionsOf(workspace: Workspace, around: Around): Action[] {
  return [
    ...ofNode(workspace),
    ...ofSteps(workspace),
    ...ofHistory(workspace),
    ...ofView(workspace, around),
    ...ofPeople(workspace),
    ...ofPlaces(workspace, around),
  ];
}

function ofNode(workspace: Workspace): Action[] {
  const { view, graph, projectId } = workspace;
  const { selection } = view.getState();
  const node = graph.node(selection.at(-1) ?? '');
  const group = 'Node' as const;
  const actions: Action[] = canEdit(view.getState()) ? edits(workspace, selection) : [];
  if (node) {
    actions.push({
      id: 'copy-node-link',
      label: `Copy a link to “${node.name}”`,
      group,
      words: 'share url address',
      shortcut: 'copy-link',
      run: () => void copyLink(projectId, node.id),
    });
  }
  return actions;
}

function edits(workspace: Workspace, selection: readonly string[]): Action[] {
  const { graph, schema, view } = workspace;
  const node = graph.node(selection.at(-1) ?? '');
  const group = 'Node' as const;
  const actions: Action[] = schema.allowedBelow(node?.type ?? null).map((type) => ({
    id: `new-${type.id}`,
    label: node ? `New ${type.name} in “${node.name}”` : `New ${type.name}`,
    group,
    words: 'create add child',
    run: () => create(workspace, node?.id ?? null, type.id),
  }));
  if (!node) return actions;
  const there = selection.filter((id) => graph.node(id));
  actions.push(
    {
      id: 'rename',
      label: `Rename “${node.name}”`,
      group,
      words: 'name edit',
      shortcut: 'rename',
      run: () => view.setState({ selection: [node.id], renaming: node.id }),
    },
    {
      id: 'delete',
      label: there.length > 1 ? `Delete ${there.length} nodes` : `Delete “${node.name}”`,
      group,
      words: 'remove',
      shortcut: 'delete',
      run: () => void remove(workspace, there),
    },
  );
  return actions;
}

function ofSteps(workspace: Workspace): Action[] {
  if (!canEdit(workspace.view.getState())) return [];
  const group = 'Steps' as const;
  return [
    {
      id: 'undo',
      label: 'Undo your last step',
      group,
      words: 'take back',
      shortcut: 'undo',
      run: () => void takeBack(workspace, 'undo'),
    },
    {
      id: 'redo',
      label: 'Redo: do it again',
      group,
      shortcut: 'redo',
      run: () => void takeBack(workspace, 'redo'),
    },
  ];
}

function ofHistory(workspace: Workspace): Action[] {
  const { view } = workspace;
  const { panel, at, state, isReader } = view.getState();
  const past = pastOf(workspace);
  const group = 'History' as const;
  const isOpen = panel === 'history';
  const actions: Action[] = [
    {
      id: 'history',
      label: isOpen ? 'Close the history' : 'Open the history',
      group,
      words: 'timeline who did what versions past panel',
      shortcut: 'history',
      run: () => toggleHistory(workspace),
    },
  ];
  if (at === null) return actions;
  actions.push({
    id: 'back-to-now',
    label: 'Back to now',
    group,
    words: 'present leave past',
    run: () => past.back(),
  });
  if (state !== 'active' || isReader) return actions;
  const { command } = past.store.getState();
  const called = command ? momentOf(command.at) : 'that moment';
  actions.push({
    id: 'restore',
    label: 'Restore the project as it is shown…',
    group,
    words: 'restore this version',
    run: () => askToRestore({ seq: at, called }),
  });
  return actions;
}

const SCHEMES = { light: 'Light colours', dark: 'Dark colours', auto: 'Colours as on this device' } as const;

function ofView(workspace: Workspace, { scheme, setScheme }: Around): Action[] {
  const { view, graph } = workspace;
  const { isChatOpen } = view.getState();
  const group = 'View' as const;
  const others = (['light', 'dark', 'auto'] as const).filter((other) => other !== scheme);
  return [
    {
      id: 'chat',
      label: isChatOpen ? 'Close the chat' : 'Open the chat',
      group,
      words: 'messages conversation talk assistant panel',
      shortcut: 'chat',
      run: () => toggleChat(workspace),
    },
    {
      id: 'open-all',
      label: 'Open the whole outline',
      group,
      words: 'expand all unfold',
      run: () => view.setState({ expanded: new Set(graph.ids()) }),
    },
    {
      id: 'close-all',
      label: 'Close the outline up to its first nodes',
      group,
      words: 'collapse all fold',
      run: () => view.setState({ expanded: new Set(graph.children(null)) }),
    },
    ...others.map((other) => ({
      id: `scheme-${other}`,
      label: SCHEMES[other],
      group,
      words: 'color scheme theme mode',
      run: () => setScheme(other),
    })),
  ];
}

function ofPeople(workspace: Workspace): Action[] {
  const { session, view } = workspace;
  const { following } = view.getState();
  const me = who.getState().userId;
  const group = 'People' as const;
  const others = [...session.presence.participants.keys()].filter((id) => id !== me && id !== following);
  const actions: Action[] = others.map((id) => ({
    id: `follow-${id}`,
    label: `Follow ${nameOf(workspace, id)}`,
    group,
    words: 'watch colleague',
    run: () => view.setState({ following: id }),
  }));
  if (following) {
    actions.push({
      id: 'follow-nobody',
      label: `Stop following ${nameOf(workspace, following)}`,
      group,
      run: () => view.setState({ following: null }),
    });
  }
  return actions;
}

function ofPlaces({ projectId }: Workspace, { goTo }: Around): Action[] {
  const group = 'Go' as const;
  return [
    { id: 'projects', label: 'Go to the projects', group, words: 'home list leave', run: () => goTo('/') },
    {
      id: 'copy-project-link',
      label: 'Copy a link to the project',
      group,
      words: 'share url address',
      run: () => void copyLink(projectId),
    },
    {
      id: 'help',
      label: 'Show all keys',
      group,
      words: 'help keyboard shortcuts',
      shortcut: 'help',
      run: openHelp,
    },
  ];
}
