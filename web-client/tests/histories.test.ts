/**
 * The replica under histories at random, with a model in the server's place.
 */

import type { AnyGraphEvent, Command } from '@protocol';
import { expect, test } from 'vitest';
import { Graph, Replica } from '../src/core/index.ts';
import { treeOf } from './graphs.ts';
import { Mirror } from './mirror.ts';
import { Model } from './model.ts';
import { anyCommand } from './plan.ts';
import { Random, seeds, tellSeed } from './random.ts';

for (const seed of seeds().flatMap((first) => Array.from({ length: 5 }, (_, index) => first * 10 + index))) {
  test(`any commands, answered in any order, leave a replica that is what the server has (${seed})`, () => {
    tellSeed(Math.floor(seed / 10));
    const random = new Random(seed);
    const model = new Model();
    const replica = new Replica();
    replica.read(treeOf(model.graph), model.place);
    const mirror = new Mirror(replica);
    let told: AnyGraphEvent[] = [];
    const unanswered: { id: string; seq: number | undefined }[] = [];
    for (let step = 0; step < 300; step += 1) {
      const id = random.id();
      const isOwn = random.chance(0.6);
      const command = anyCommand(random, isOwn ? replica : model.graph);
      if (isOwn) replica.wish({ commandId: id, command, at: 'now' });
      const events = model.execute(id, command);
      told.push(...(events ?? []));
      if (isOwn) unanswered.push({ id, seq: events ? model.seq : undefined });
      // Frames end anywhere, within a command too, and come again.
      if (random.chance(0.5)) {
        const length = 1 + random.below(told.length);
        expect(replica.take(told.slice(0, length))).toBe('taken');
        told = told.slice(Math.max(0, length - random.below(3)));
      }
      while (unanswered.length > 0 && random.chance(0.4)) {
        const [{ id: answered, seq }] = unanswered.splice(random.below(unanswered.length), 1) as [
          (typeof unanswered)[number],
        ];
        replica.settle(answered, seq);
      }
      if (random.chance(0.03)) {
        replica.read(treeOf(model.graph), model.place);
        told = [];
      }
      mirror.check();
    }
    expect(replica.take(told)).toBe('taken');
    for (const { id, seq } of unanswered) replica.settle(id, seq);
    mirror.check();
    expect(replica.wishes).toEqual([]);
    expect(treeOf(replica)).toEqual(treeOf(model.graph));
    expect(treeOf(replica.confirmed)).toEqual(treeOf(model.graph));
    expect(replica.place).toEqual(model.place);
    expect(replica.size).toBe(Graph.of(treeOf(model.graph)).size);
  });
}

test('what its writer sees never goes from new to old and back', () => {
  const seed = seeds()[0]!;
  tellSeed(seed);
  const random = new Random(seed);
  const model = new Model();
  const root = random.id();
  model.execute('make', { command_type: 'CreateNode', data: { node_id: root, blueprint_type_id: 'phase' } });
  const replica = new Replica();
  replica.read(treeOf(model.graph), model.place);
  const shown: unknown[] = [];
  replica.subscribe(() => shown.push(replica.node(root)?.properties.n));
  let told: AnyGraphEvent[] = [];
  const wished: { id: string; command: Command }[] = [];
  let executed: { id: string; seq: number } | null = null;
  const write = (property: string, n: number) =>
    ({
      command_type: 'UpdateProperty',
      data: { node_id: root, property_id: property, new_value: n },
    }) as const;
  for (let n = 0; n < 2000; n += 1) {
    if (random.chance(0.5)) {
      const wish = { id: random.id(), command: write('n', n) };
      replica.wish({ commandId: wish.id, command: wish.command, at: 'now' });
      wished.push(wish);
    }
    if (random.chance(0.5)) told.push(...model.execute(random.id(), write('m', n))!);
    // The next one goes out when the one before was answered.
    const next: (typeof wished)[number] | undefined = executed ? undefined : wished.shift();
    if (next) {
      told.push(...model.execute(next.id, next.command)!);
      executed = { id: next.id, seq: model.seq };
    }
    if (random.chance(0.5)) {
      const length = random.below(told.length + 1);
      replica.take(told.slice(0, length));
      told = told.slice(length);
    }
    // Answers overtake events where the graph is being read again, and are overtaken by them.
    if (executed && random.chance(0.5)) {
      replica.settle(executed.id, executed.seq);
      executed = null;
    }
    if (random.chance(0.05)) {
      replica.read(treeOf(model.graph), model.place);
      told = [];
    }
  }
  const numbers = shown.filter((value): value is number => typeof value === 'number');
  expect(numbers.length).toBeGreaterThan(500);
  for (const [index, value] of numbers.slice(1).entries())
    expect(value).toBeGreaterThanOrEqual(numbers[index]!);
});
