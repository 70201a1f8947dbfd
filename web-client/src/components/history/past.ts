/**
 * How a window goes through the past of its project: where it wants to be, what is read for that, and what it shows. One for each
 * open project, whichever component goes.
 */

import type { GraphTree, HistoryEntry } from '@protocol';
import { createStore } from 'zustand/vanilla';
import { Refusal } from '../../net/index.ts';
import { api } from '../../state/server.ts';
import { reveal, showPast, type Workspace } from '../../state/workspace.ts';
import { Commands, endFor } from './commands.ts';
import { PastGraphs } from './past-graphs.ts';

/** How many nodes of a command are selected when it is shown. */
const MOST_SELECTED = 50;

export interface PastState {
  /** Where the window wants to be; null is the present. What it shows is `view.at`. */
  readonly wanted: number | null;
  /** The command behind which the graph is shown. */
  readonly command: HistoryEntry | null;
  readonly isLoading: boolean;
  /** Why the graph cannot be shown. */
  readonly failure: string | null;
}

const NOW: PastState = { wanted: null, command: null, isLoading: false, failure: null };

export class Past {
  readonly store = createStore<PastState>(() => NOW);
  readonly commands = new Commands();
  readonly #workspace: Workspace;
  readonly #graphs = new PastGraphs();
  #epoch: string | undefined;
  #going: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    workspace.view.subscribe(({ panel, at }, before) => {
      const hasLeft = panel !== 'history' && before.panel === 'history';
      // Others may show the present, too.
      if (hasLeft || (at === null && before.at !== null)) this.back();
    });
  }

  /** The last event of the journal that is known here. */
  get head(): number {
    return this.#workspace.session.replica.place?.seq ?? 0;
  }

  /**
   * Shows the graph as it was behind the command that `seq` belongs to.
   *
   * @param wait how long to wait whether somewhere else is wanted, in milliseconds
   */
  go(seq: number, wait = 0): Promise<void> {
    this.#stop();
    if (seq >= this.head) {
      this.back();
      return Promise.resolve();
    }
    const going = new AbortController();
    this.#going = going;
    this.store.setState({ wanted: seq, isLoading: true, failure: null });
    return new Promise((done) => {
      this.#timer = setTimeout(() => void this.#show(seq, going.signal).finally(done), wait);
    });
  }

  /** Shows what a command did: the graph behind it, and the nodes that it touched. */
  async goTo(command: HistoryEntry): Promise<void> {
    this.commands.learn([command]);
    await this.go(command.seq_last);
    const at = this.#workspace.view.getState().at ?? this.head;
    if (at === command.seq_last) this.#select(command);
  }

  /** One command back or on. */
  step(direction: -1 | 1): Promise<void> {
    const from = this.store.getState().wanted ?? this.head;
    return this.go(Math.max(1, from + direction));
  }

  /** Shows the present again. */
  back(): void {
    this.#stop();
    const { view, session } = this.#workspace;
    if (view.getState().at !== null) {
      showPast(this.#workspace, null);
      // What the past had and the present has not cannot be selected.
      view.setState(({ selection }) => ({ selection: selection.filter((id) => session.replica.node(id)) }));
    }
    this.store.setState(NOW);
  }

  /** The command that an event belongs to. */
  commandAt(seq: number, signal?: AbortSignal): Promise<HistoryEntry | undefined> {
    const { projectId } = this.#workspace;
    return this.commands.find(seq, (before) => api.history(projectId, { before, limit: 200 }, signal));
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#going?.abort();
    this.#going = undefined;
  }

  async #show(wanted: number, signal: AbortSignal) {
    try {
      this.#forgetOtherJournal();
      const from = this.#workspace.view.getState().at ?? this.head;
      const inside = await this.commandAt(wanted, signal);
      const seq = inside ? endFor(inside, wanted, from) : wanted;
      const command = (await this.commandAt(seq, signal)) ?? null;
      if (signal.aborted) return;
      if (seq >= this.head) {
        this.back();
        return;
      }
      const past = await this.#read(seq, signal);
      if (signal.aborted) return;
      showPast(this.#workspace, past);
      this.store.setState({ wanted: past.seq, command, isLoading: false });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.store.setState({ isLoading: false, failure: error.message });
    }
  }

  async #read(seq: number, signal: AbortSignal): Promise<{ tree: GraphTree; seq: number }> {
    const kept = this.#graphs.get(seq);
    if (kept) return { tree: kept, seq };
    try {
      const { graph } = await api.graphAt(this.#workspace.projectId, seq, signal);
      this.#graphs.keep(seq, graph);
      return { tree: graph, seq };
    } catch (error) {
      const end = endOfCommand(error);
      if (end === undefined || end === seq) throw error;
      return this.#read(end, signal);
    }
  }

  /** Another journal has other graphs under the same numbers. */
  #forgetOtherJournal() {
    const epoch = this.#workspace.session.replica.place?.epoch;
    if (this.#epoch !== undefined && epoch !== this.#epoch) {
      this.#graphs.clear();
      this.commands.forget();
    }
    this.#epoch = epoch;
  }

  #select({ node_ids }: HistoryEntry) {
    const { graph, view } = this.#workspace;
    const there = node_ids.filter((id) => graph.node(id)).slice(0, MOST_SELECTED);
    const first = there[0];
    if (!first) return;
    reveal(this.#workspace, first);
    // The last that is selected is the one whose properties show.
    view.setState({ selection: there.toReversed() });
  }
}

/** Where the command ends in whose middle a place was refused. */
function endOfCommand(error: unknown): number | undefined {
  if (!(error instanceof Refusal) || error.code !== 'INVALID_REQUEST') return undefined;
  const details = error.details as { seq_last?: unknown } | null | undefined;
  return typeof details?.seq_last === 'number' ? details.seq_last : undefined;
}

const pasts = new WeakMap<Workspace, Past>();

export function pastOf(workspace: Workspace): Past {
  const past = pasts.get(workspace) ?? new Past(workspace);
  pasts.set(workspace, past);
  return past;
}

/** Opens the history at a place. */
export function showInHistory(workspace: Workspace, seq: number): Promise<void> {
  workspace.view.setState({ panel: 'history' });
  return pastOf(workspace).go(seq);
}

/** Opens the history beside the outline, or goes back to the graph. */
export function toggleHistory({ view }: Workspace): void {
  view.setState(({ panel }) => ({ panel: panel === 'history' ? 'graph' : 'history' }));
}
