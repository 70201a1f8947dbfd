/**
 * A project's graph as a client has it: what the server confirmed, and on top of it what this client wants and the server has not
 * answered yet.
 *
 * Events go in by `seq`, without a gap or not at all. A wish is guessed at once and guessed anew on top of whatever others change in
 * the meantime; it goes when all of its own events are here or when it was refused, so that nothing is shown, taken back, and shown
 * again.
 * It knows no sockets: who feeds it joins, reads again where it says so, and sends commands.
 */

import type { AnyGraphEvent, Command, GraphTree } from '@protocol';
import { apply } from './apply.ts';
import { Graph, type GraphNode, Overlay, type ReadableGraph, type WritableGraph } from './graph.ts';
import { predict } from './predict.ts';
import { nothingTouched, type Touched, watch } from './touched.ts';

/** A command that was not answered yet. */
export interface Wish {
  readonly commandId: string;
  readonly command: Command;
  /** RFC 3339: when it was wished for. */
  readonly at: string;
}

/** What may look otherwise than before. Some of it may be the same again. */
export interface Change {
  readonly nodes: ReadonlySet<string>;
  /** Parents whose children are others, or in another order; null for the roots. */
  readonly lists: ReadonlySet<string | null>;
  /** Everything: the graph was read again. */
  readonly everything: boolean;
}

/** What became of a frame of events. */
export type Taken =
  | 'taken'
  /** Some are missing: join again with `since`. */
  | 'gap'
  /** The graph has to be read whole. */
  | 'read-again';

/** A place in a project's journal. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

/** A wish, and what is known of it. */
interface Pending extends Wish {
  /** The last `seq` of what it did, from its answer: it goes when that is here. */
  doneAt?: number;
}

export class Replica implements ReadableGraph {
  #confirmed = new Graph();
  /** The confirmed graph with the wishes on it; null without wishes. */
  #overlay: Overlay | null = null;
  #guessed: Touched = nothingTouched();
  #place: Place | null = null;
  #wishes: Pending[] = [];
  /** The command that the last event was of: there may be more of it. */
  #arriving: string | null = null;
  readonly #listeners = new Set<(change: Change) => void>();

  /** What is known of the project's journal; null until the graph was read once. */
  get place(): Place | null {
    return this.#place;
  }

  /** What was not answered yet, oldest first. */
  get wishes(): readonly Wish[] {
    return this.#wishes;
  }

  /** The graph as the server has confirmed it. */
  get confirmed(): ReadableGraph {
    return this.#confirmed;
  }

  node(id: string): GraphNode | undefined {
    return this.#shown().node(id);
  }

  children(parentId: string | null): readonly string[] {
    return this.#shown().children(parentId);
  }

  ids(): Iterable<string> {
    return this.#shown().ids();
  }

  get size(): number {
    return this.#shown().size;
  }

  /** Calls back after every change, until the function that it returns is called. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes the graph whole, as it is behind `place`. */
  read(tree: GraphTree, place: Place): void {
    const isOtherJournal = this.#place !== null && this.#place.epoch !== place.epoch;
    this.#confirmed = Graph.of(tree);
    this.#place = place;
    this.#arriving = null;
    this.#keep(({ doneAt }) => doneAt === undefined || (!isOtherJournal && doneAt > place.seq));
    this.#guess();
    this.#tell({ nodes: new Set(), lists: new Set(), everything: true });
  }

  /** Takes what follows. Events that it has already are nothing new. */
  take(events: readonly AnyGraphEvent[]): Taken {
    const place = this.#place;
    if (!place) return 'read-again';
    const touched = nothingTouched();
    const watched = watch(this.#confirmed, touched);
    const { end, settled } = this.#takeEach(events, place, watched);
    if (touched.nodes.size > 0 || touched.lists.size > 0 || settled) this.#showAgain(touched);
    return end;
  }

  #takeEach(
    events: readonly AnyGraphEvent[],
    from: Place,
    graph: WritableGraph,
  ): { end: Taken; settled: boolean } {
    let { seq } = from;
    let settled = false;
    const end = (result: Taken) => {
      this.#place = { epoch: from.epoch, seq };
      settled = this.#keep(({ doneAt }) => doneAt === undefined || doneAt > seq) || settled;
      return { end: result, settled };
    };
    for (const event of events) {
      if (event.epoch !== from.epoch) return end('read-again');
      if (event.seq <= seq) continue;
      if (event.seq !== seq + 1) return end('gap');
      const applied = apply(graph, event);
      if (applied === 'misfit' || applied === 'read-again') return end('read-again');
      seq = event.seq;
      settled = this.#arrives(event.command_id) || settled;
    }
    return end('taken');
  }

  /** Another command's events begin: those of the one before are complete. Frames may end within a command. */
  #arrives(commandId: string): boolean {
    const before = this.#arriving;
    this.#arriving = commandId;
    return before !== null && before !== commandId && this.#keep((wish) => wish.commandId !== before);
  }

  /** Shows what a command will most likely do, until it is settled. A wish that is there already is no second one. */
  wish(wish: Wish): void {
    if (this.#wishes.some((other) => other.commandId === wish.commandId)) return;
    this.#wishes.push({ ...wish });
    this.#overlay ??= new Overlay(this.#confirmed);
    // It comes on top of the others, which are guessed already.
    const touched = nothingTouched();
    predict(watch(this.#overlay, touched), wish.command, wish.at);
    for (const id of touched.nodes) this.#guessed.nodes.add(id);
    for (const id of touched.lists) this.#guessed.lists.add(id);
    if (touched.nodes.size > 0 || touched.lists.size > 0) this.#tell({ ...touched, everything: false });
  }

  /**
   * The command was answered, or taken back. What it did is in events up to `seq`, and is shown as wished for until they are here;
   * without a `seq` it did nothing.
   */
  settle(commandId: string, seq?: number): void {
    const wish = this.#wishes.find((other) => other.commandId === commandId);
    if (!wish) return;
    if (seq !== undefined && seq > (this.#place?.seq ?? 0)) wish.doneAt = seq;
    else if (this.#keep((other) => other !== wish)) this.#showAgain(nothingTouched());
  }

  /** Forgets wishes but these; whether any were forgotten. */
  #keep(isKept: (wish: Pending) => boolean): boolean {
    const before = this.#wishes.length;
    if (before > 0) this.#wishes = this.#wishes.filter(isKept);
    return this.#wishes.length !== before;
  }

  #shown(): ReadableGraph {
    return this.#overlay ?? this.#confirmed;
  }

  #showAgain(touched: Touched) {
    const before = this.#guessed;
    this.#guess();
    const change = {
      nodes: new Set([...touched.nodes, ...before.nodes, ...this.#guessed.nodes]),
      lists: new Set([...touched.lists, ...before.lists, ...this.#guessed.lists]),
    };
    if (change.nodes.size > 0 || change.lists.size > 0) this.#tell({ ...change, everything: false });
  }

  #guess() {
    this.#guessed = nothingTouched();
    this.#overlay = this.#wishes.length > 0 ? new Overlay(this.#confirmed) : null;
    if (!this.#overlay) return;
    const watched = watch(this.#overlay, this.#guessed);
    for (const wish of this.#wishes) predict(watched, wish.command, wish.at);
  }

  #tell(change: Change) {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        // A fault of one listener is told where faults are told, and does not keep the others from hearing.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
