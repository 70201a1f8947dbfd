/**
 * A project that is open: its session, and how this window looks at it.
 */

import type { GraphTree, MemberRole, ProjectView, SessionState } from '@protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { ancestors, Replica, Schema } from '../core/index.ts';
import { openOutbox, Session } from '../net/index.ts';
import { notify } from './notices.ts';
import { tellSelection } from './selection.ts';
import { api } from './server.ts';
import { WatchedGraph } from './watch.ts';
import { who } from './who.ts';

/** How this window looks at the project. */
export interface View {
  /** The project's name, as it is now. */
  readonly name: string;
  /** Whether the session is worked in: only `active` takes commands. */
  readonly state: SessionState;
  /** Nodes that are selected; the last is the one whose properties show. */
  readonly selection: readonly string[];
  /** Nodes whose children show in the outline. */
  readonly expanded: ReadonlySet<string>;
  /** The node whose name is being edited in the outline. */
  readonly renaming: string | null;
  /** What stands beside the outline. */
  readonly panel: 'graph' | 'history';
  /** Whether what is said stands there, too. */
  readonly isChatOpen: boolean;
  /** The `seq` that the graph is shown at, in the past; null is the present. */
  readonly at: number | null;
  /** The `user_id` of whom this window follows. */
  readonly following: string | null;
  /** What this person is here. */
  readonly role: MemberRole;
  /** Whether this person may only read. */
  readonly isReader: boolean;
}

export interface Workspace {
  readonly projectId: string;
  readonly session: Session;
  readonly schema: Schema;
  /** What is shown: the present, or the past that `at` names. */
  readonly graph: WatchedGraph;
  readonly view: StoreApi<View>;
  close(): void;
}

/** Opens a project; throws a `Refusal` where it is not there or not this person's. */
export async function openWorkspace(projectId: string): Promise<Workspace> {
  const project = await api.projectInfo(projectId);
  const [schema, outbox] = await Promise.all([api.projectSchema(projectId), openOutbox()]);
  const session = new Session({ sessionId: project.session_id, credentials: () => who.getState(), outbox });
  const graph = new WatchedGraph(session.replica);
  const view = createStore<View>(() => firstView(project));
  const ends = [
    session.replica.subscribe((change) => view.getState().at === null && graph.changed(change)),
    session.replica.subscribe(() => dropGone(view, session.replica)),
    session.replica.subscribe(({ everything }) => everything && lookAround(view, session.replica)),
    session.on('events', (events) => {
      for (const event of events) {
        if (event.event === 'project-updated') view.setState({ name: event.name });
        if (event.event === 'session:state') view.setState({ state: event.state as SessionState });
      }
    }),
    session.on('role', (role) => view.setState({ role, isReader: isReading(role) })),
    session.on('status', (status) => {
      if (status === 'live') void readAgain(projectId, session, view);
    }),
    session.on('refused', ({ refusal }) =>
      notify({ kind: 'error', title: 'An edit from before was refused', text: refusal.message }),
    ),
    session.on('dropped', ({ entries, refusal }) =>
      notify({
        kind: 'error',
        title: entries.length === 1 ? 'An edit was given up' : `${entries.length} edits were given up`,
        text: refusal.message,
      }),
    ),
    onlineAgain(() => session.retry()),
    tellSelection(session, view),
  ];
  await session.open();
  return {
    projectId,
    session,
    schema: new Schema(schema),
    graph,
    view,
    close() {
      for (const end of ends) end();
      session.close();
    },
  };
}

/** Selects one node, and shows it in the outline. */
export function reveal({ graph, view }: Workspace, id: string): void {
  const expanded = new Set([...view.getState().expanded, ...ancestors(graph, id)]);
  view.setState({ selection: [id], expanded });
}

/** Whether a role is for reading alone. */
function isReading(role: MemberRole): boolean {
  return role === 'viewer' || role === 'commenter';
}

/** Whether the graph can be changed from here and now. */
export function canEdit({ state, at, isReader }: View): boolean {
  return state === 'active' && at === null && !isReader;
}

/** The graph as it was; null goes back to the present. */
export function showPast(
  { graph, view, session }: Workspace,
  past: { tree: GraphTree; seq: number } | null,
): void {
  if (!past) {
    view.setState({ at: null });
    graph.show(session.replica);
    return;
  }
  const replica = new Replica();
  replica.read(past.tree, { epoch: session.replica.place?.epoch ?? '', seq: past.seq });
  view.setState({ at: past.seq, renaming: null });
  graph.show(replica);
}

function firstView(project: ProjectView): View {
  return {
    name: project.name,
    state: 'active',
    selection: [],
    expanded: new Set(),
    renaming: null,
    panel: 'graph',
    isChatOpen: false,
    at: null,
    following: null,
    role: project.role,
    isReader: isReading(project.role),
  };
}

/** The first look at the graph: the root, and what is below it. */
function lookAround(view: StoreApi<View>, replica: Replica) {
  const { selection, expanded } = view.getState();
  const roots = replica.children(null);
  if (expanded.size > 0 || !roots[0]) return;
  view.setState({ selection: selection.length > 0 ? selection : [roots[0]], expanded: new Set(roots) });
}

/** What went from the graph is not selected any more; the nearest above it is. */
function dropGone(view: StoreApi<View>, replica: Replica) {
  const { selection, at, renaming } = view.getState();
  if (at !== null || selection.every((id) => replica.node(id))) return;
  const left = selection.filter((id) => replica.node(id));
  view.setState({ selection: left, renaming: renaming && replica.node(renaming) ? renaming : null });
}

/** What is in no join's answer, and may have changed without an event where the graph was read whole. */
async function readAgain(projectId: string, session: Session, view: StoreApi<View>) {
  try {
    const [{ state }, { name }] = await Promise.all([
      api.sessionInfo(session.sessionId),
      api.projectInfo(projectId),
    ]);
    view.setState({ state: state as SessionState, name });
  } catch {
    // The next join asks again.
  }
}

function onlineAgain(call: () => void): () => void {
  globalThis.addEventListener('online', call);
  return () => globalThis.removeEventListener('online', call);
}

/** The topmost of some nodes: those that are below no other of them. */
export function topmost(graph: WatchedGraph, ids: readonly string[]): string[] {
  const all = new Set(ids);
  return ids.filter((id) => !ancestors(graph, id).some((above) => all.has(above)));
}
