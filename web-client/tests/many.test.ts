/**
 * Several people with several pages at one project, over connections that break, with a server that dies: at rest everybody has the
 * same graph, and every command that was accepted happened once.
 */

import 'fake-indexeddb/auto';

import type { Command, HistoryPage } from '@protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, DatabaseOutbox, newId, Refusal, Session } from '../src/net/index.ts';
import { bare, treeOf } from './graphs.ts';
import { Mirror } from './mirror.ts';
import { anyCommand } from './plan.ts';
import { Random, seeds, tellSeed } from './random.ts';
import { Road } from './road.ts';
import { Server, until } from './server.ts';

const STEPS = Number(process.env.GRAPHROOM_TEST_STEPS ?? 250);
const PATIENCE = 120_000;

let server: Server;

beforeAll(async () => {
  server = await Server.start();
}, PATIENCE);

afterAll(() => server.stop());

/** What became of the commands that were given, by their ids. */
class Ledger {
  readonly accepted = new Set<string>();
  readonly refused = new Set<string>();
  /** Given over a second way, too: refused over one of them says nothing. */
  readonly repeated = new Set<string>();
  readonly given = new Map<string, { userId: string; command: Command }>();
}

/** A page that somebody has open. */
class Page {
  readonly userId: string;
  readonly road: Road;
  readonly outbox: DatabaseOutbox;
  readonly #sessionId: string;
  readonly #ledger: Ledger;
  session!: Session;
  #mirror!: Mirror;

  constructor(userId: string, road: Road, outbox: DatabaseOutbox, sessionId: string, ledger: Ledger) {
    this.userId = userId;
    this.road = road;
    this.outbox = outbox;
    this.#sessionId = sessionId;
    this.#ledger = ledger;
  }

  /** Opens it, or opens it anew. */
  async load(random: Random): Promise<void> {
    this.session?.close();
    const { userId, road, outbox } = this;
    const transports = random.pick([['websocket'], ['polling'], undefined] as const);
    this.session = new Session({
      url: road.url,
      sessionId: this.#sessionId,
      credentials: () => ({ userId }),
      outbox,
      transports: transports && [...transports],
    });
    this.session.on('refused', ({ entry }) => this.#ledger.refused.add(entry.commandId));
    this.#mirror = new Mirror(this.session.replica);
    await this.session.open();
  }

  give(command: Command): string {
    const id = newId();
    this.#ledger.given.set(id, { userId: this.userId, command });
    this.session.execute(command, id).then(
      () => this.#ledger.accepted.add(id),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        this.#ledger.refused.add(id);
      },
    );
    return id;
  }

  check() {
    this.#mirror.check();
  }
}

/** Everything that happened in a project, by `command_id`. */
async function happened(projectId: string): Promise<Map<string, number>> {
  const api = new Api(server.url, () => ({ userId: 'judge' }));
  const times = new Map<string, number>();
  for (let before: number | undefined; ; ) {
    const page: HistoryPage = await api.history(projectId, { limit: 200, before });
    for (const { command_id } of page.entries) times.set(command_id, (times.get(command_id) ?? 0) + 1);
    if (page.next_before === null || page.next_before === undefined) return times;
    before = page.next_before;
  }
}

/** A kit without children does nothing, and nothing is written down. */
function mayBeNothing(command: Command): boolean {
  const commands = command.command_type === 'Batch' ? command.data.commands : [command];
  return commands.every(({ command_type }) => command_type === 'ApplyKit');
}

/** Gives a command again, by another way. */
async function repeat(
  sessionId: string,
  id: string,
  { userId, command }: { userId: string; command: Command },
) {
  const response = await fetch(`${server.url}/api/v1/commands/execute?graph=none`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-graphroom-user': userId },
    body: JSON.stringify({ ...command, session_id: sessionId, command_id: id }),
  }).catch(() => null);
  return response?.ok === true;
}

/** More than is told one by one. */
function huge(node: string): Command {
  const write = {
    command_type: 'UpdateProperty' as const,
    data: { node_id: node, property_id: 'name', new_value: 'Huge' },
  };
  return { command_type: 'Batch', data: { commands: Array.from({ length: 600 }, () => write) } };
}

for (const seed of seeds()) {
  test(
    `at rest everybody has the same graph, and what was accepted happened once (${seed})`,
    async () => {
      tellSeed(seed);
      const random = new Random(seed);
      const api = new Api(server.url, () => ({ userId: 'maker' }));
      const {
        session_id: sessionId,
        project_id: projectId,
        graph,
      } = await api.createProject('restomod', 'Mustang');
      const root = graph.roots[0]!.id;
      const ledger = new Ledger();
      const pages: Page[] = [];
      for (const userId of ['ann', 'ann', 'bob', 'cid']) {
        const shared = pages.find((page) => page.userId === userId);
        const outbox = shared?.outbox ?? (await DatabaseOutbox.open(`${seed}-${userId}`));
        pages.push(new Page(userId, await Road.to(server.url), outbox, sessionId, ledger));
      }
      for (const page of pages) await page.load(random);
      await until(() => pages.every(({ session }) => session.status === 'live'));
      // A graph that fits into no packet is read by its route.
      if (random.chance(0.5)) fill(pages[0]!, root);

      for (let step = 0; step < STEPS; step += 1) {
        const page = random.pick(pages);
        const { session } = page;
        const dice = random.next();
        if (dice < 0.78) page.give(anyCommand(random, session.replica));
        else if (dice < 0.86) {
          const options = { scope: random.pick(['mine', 'session'] as const), force: random.chance(0.3) };
          void session[random.pick(['undo', 'redo'] as const)](options).catch(() => undefined);
        } else if (dice < 0.89) page.road.cut();
        else if (dice < 0.91) {
          await page.road.close();
          setTimeout(() => void page.road.open(), 50 + random.below(1_500));
        } else if (dice < 0.93) await page.load(random);
        else if (dice < 0.94) await restart(random);
        else if (dice < 0.95) session.retry();
        else if (dice < 0.96) page.give(huge(root));
        else if (dice < 0.965) await restore(projectId);
        else {
          const id = random.pick([...ledger.given.keys()]);
          ledger.repeated.add(id);
          if (await repeat(sessionId, id, ledger.given.get(id)!)) ledger.accepted.add(id);
        }
        page.check();
        if (random.chance(0.5)) await new Promise((resolve) => setTimeout(resolve, random.below(40)));
      }

      for (const page of pages) await page.road.open();
      const atRest = ({ session }: Page) => session.status === 'live' && session.unanswered === 0;
      const states = () => pages.map(({ session }) => `${session.status} ${session.unanswered}`).join(', ');
      await until(
        () => pages.every(atRest),
        () => `no rest: ${states()}`,
        PATIENCE,
      );
      const { seq, graph: final } = await api.sessionGraph(sessionId);
      await until(
        () => pages.every(({ session }) => session.replica.place?.seq === seq),
        'somebody misses events',
      );
      for (const page of pages) {
        expect(page.session.replica.wishes).toEqual([]);
        expect(treeOf(page.session.replica)).toEqual(bare(final));
        page.check();
        await until(
          async () => (await page.outbox.list(sessionId, page.userId)).length === 0,
          'the outbox is not empty',
        );
      }
      const times = await happened(projectId);
      for (const [id, { userId, command }] of ledger.given) {
        const count = times.get(id) ?? 0;
        expect(count, `${id} happened`).toBeLessThanOrEqual(1);
        if (count === 0 && mayBeNothing(command)) continue;
        if (ledger.accepted.has(id)) expect(count, `${id} was accepted`).toBe(1);
        // Two pages of one person may both have asked, at different times.
        else if (!ledger.repeated.has(id) && userId !== 'ann') {
          expect(count, `${id} was ${ledger.refused.has(id) ? 'refused' : 'taken up'}`).toBe(
            ledger.refused.has(id) ? 0 : 1,
          );
        }
      }
      for (const { session, road, outbox } of pages) {
        session.close();
        await road.close();
        outbox.close();
      }
    },
    10 * PATIENCE,
  );
}

function fill(page: Page, root: string) {
  const make = () => ({
    command_type: 'CreateNode' as const,
    data: { node_id: newId(), parent_id: root, blueprint_type_id: 'part', name: 'One of many' },
  });
  page.give({ command_type: 'Batch', data: { commands: Array.from({ length: 900 }, make) } });
}

async function restart(random: Random) {
  await (random.chance(0.7) ? server.kill() : server.end());
  await new Promise((resolve) => setTimeout(resolve, random.below(500)));
  await server.start();
}

/** Makes the whole graph what it was some commands ago. */
async function restore(projectId: string) {
  const api = new Api(server.url, () => ({ userId: 'restorer' }));
  const { entries } = await api.history(projectId, { limit: 5 });
  await api.restore(projectId, entries.at(-1)!.seq_last);
}
