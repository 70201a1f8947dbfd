/**
 * What a command is guessed to do, against what the server says that it did.
 */

import type { Command } from '@protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Graph, predict, type ReadableGraph } from '../src/core/index.ts';
import { Refusal } from '../src/net/index.ts';
import { plain, treeOf } from './graphs.ts';
import { join, makeProject } from './people.ts';
import { anyCommand } from './plan.ts';
import { Random, seeds, tellSeed } from './random.ts';
import { Server } from './server.ts';

/** Refusals that follow from the graph, which is all that a guess knows. */
const FORESEEN = [
  'NODE_NOT_FOUND',
  'PARENT_NOT_FOUND',
  'NODE_EXISTS',
  'CYCLE',
  'NOT_LINKED',
  'MOVE_INVALID',
  'REORDER_INVALID',
  'CONFLICT',
];

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(() => server.stop());

/** The graph without what only the server knows: when nodes were made, and values from the template. */
function guessable(graph: ReadableGraph, like: ReadableGraph, fresh: ReadonlySet<string>) {
  const nodes = [...graph.ids()].sort().map((id) => {
    const { children: _, ...node } = plain(graph, id);
    if (!fresh.has(id)) return node;
    const known = Object.keys(like.node(id)?.properties ?? {});
    const properties = Object.fromEntries(
      Object.entries(node.properties).filter(([key]) => known.includes(key)),
    );
    return { ...node, properties, created_at: '' };
  });
  return { nodes, lists: [null, ...graph.ids()].sort().map((id) => [id, graph.children(id)]) };
}

function isGuessed(command: Command): boolean {
  const commands = command.command_type === 'Batch' ? command.data.commands : [command];
  return commands.every(({ command_type: kind }) => kind !== 'ApplyKit' && kind !== 'AdoptTemplate');
}

for (const seed of seeds()) {
  test(`a guess is what comes of it (${seed})`, async () => {
    tellSeed(seed);
    const random = new Random(seed);
    const { sessionId } = await makeProject(server.url);
    const session = await join(server.url, sessionId, 'ann');
    let [right, foreseen] = [0, 0];
    for (let step = 0; step < 400; step += 1) {
      const before = new Set(session.replica.ids());
      const command = anyCommand(random, session.replica);
      const guess = Graph.of(treeOf(session.replica));
      const isExpected = predict(guess, command, 'now');
      const code = await session.execute(command).then(
        () => 'done',
        (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
      );
      if (!isGuessed(command)) continue;
      const what = JSON.stringify(command);
      if (FORESEEN.includes(code)) {
        expect(isExpected, `${code} ${what}`).toBe(false);
        foreseen += 1;
      }
      if (code !== 'done') continue;
      expect(isExpected, what).toBe(true);
      const fresh = new Set([...session.replica.ids()].filter((id) => !before.has(id)));
      expect(guessable(guess, guess, fresh), what).toEqual(guessable(session.replica, guess, fresh));
      right += 1;
    }
    expect(right).toBeGreaterThan(100);
    expect(foreseen).toBeGreaterThan(5);
    session.close();
  });
}
