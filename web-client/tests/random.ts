/**
 * Chance that can be repeated: the same seed, the same choices.
 */

import { onTestFailed } from 'vitest';

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    // Marsaglia's xorshift over a counter (Weyl), good enough to choose by.
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** A UUID that comes again with the seed. */
  id(): string {
    const hex = Array.from({ length: 32 }, () => this.below(16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** The seeds to try: one of now, or `GRAPHROOM_TEST_SEED`, and as many as `GRAPHROOM_TEST_SEEDS` says behind it. */
export function seeds(): number[] {
  const first = Number(process.env.GRAPHROOM_TEST_SEED ?? Date.now() % 1_000_000);
  const count = Number(process.env.GRAPHROOM_TEST_SEEDS ?? 1);
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Says how to repeat a test that failed. */
export function tellSeed(seed: number): void {
  onTestFailed(() => console.error(`to repeat it: GRAPHROOM_TEST_SEED=${seed}`));
}
