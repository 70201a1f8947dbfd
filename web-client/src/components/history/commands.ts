/**
 * Which command an event belongs to. Only behind whole commands the graph can be seen as it was, so places in the journal are
 * moved to where a command ends.
 */

import type { HistoryEntry, HistoryPage } from '@protocol';

/** Reads the entries that end before a place, newest first. */
export type ReadHistory = (before: number) => Promise<HistoryPage>;

/** How far behind a place the end of its command is looked for. No command has more than a thousand events. */
const REACHES = [64, 1_024];

/** The commands of a journal that were heard of. */
export class Commands {
  /** By their first event. */
  #known: HistoryEntry[] = [];

  /** What people called themselves when they gave them, by `user_id`. */
  readonly names = new Map<string, string>();

  learn(entries: readonly HistoryEntry[]): void {
    for (const { author } of entries.toReversed()) {
      if (author.name) this.names.set(author.user_id, author.name);
    }
    const fresh = entries.filter(({ seq_first }) => this.at(seq_first)?.seq_first !== seq_first);
    if (fresh.length === 0) return;
    this.#known = [...this.#known, ...fresh].sort((one, other) => one.seq_first - other.seq_first);
  }

  /** The command that an event belongs to, if it was heard of. */
  at(seq: number): HistoryEntry | undefined {
    let [low, high] = [0, this.#known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#known[middle]!.seq_last < seq) low = middle + 1;
      else high = middle;
    }
    const found = this.#known[low];
    return found && found.seq_first <= seq ? found : undefined;
  }

  forget(): void {
    this.#known = [];
  }

  /** The same, read where it was not heard of yet. */
  async find(seq: number, read: ReadHistory): Promise<HistoryEntry | undefined> {
    for (const reach of REACHES) {
      const known = this.at(seq);
      if (known) return known;
      await this.#readAround(seq, reach, read);
    }
    return this.at(seq);
  }

  /** Reads back from behind a place until what is before it is known. */
  async #readAround(seq: number, reach: number, read: ReadHistory) {
    let before: number | null = seq + 1 + reach;
    while (before !== null && before > seq) {
      const page: HistoryPage = await read(before);
      this.learn(page.entries);
      before = page.next_before;
      if ((page.entries.at(-1)?.seq_first ?? Number.POSITIVE_INFINITY) <= seq) return;
    }
  }
}

/**
 * Where to go for who stands at `from` and wants to be at an event of `command`: behind the command, but on, never back to where
 * they are.
 */
export function endFor(command: HistoryEntry, wanted: number, from: number): number {
  const isBack = wanted < from && command.seq_last >= from;
  return isBack && command.seq_first > 1 ? command.seq_first - 1 : command.seq_last;
}
