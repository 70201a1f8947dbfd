/**
 * A real server in a process of its own, with a data directory that is gone afterwards.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

// Real servers on slow machines take their time; what hangs is told by what it waits for, see `until`.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.GRAPHROOM_BIN ?? join(root, 'target/debug/graphroom');

export class Server {
  readonly url: string;
  readonly #port: number;
  readonly #data: string;
  #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, data: string, options: readonly string[]) {
    this.#port = port;
    this.#data = data;
    this.#options = options;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts one; `options` are those of `graphroom serve`. */
  static async start(...options: string[]): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'graphroom-web-'));
    const server = new Server(await freePort(), data, options);
    await server.start();
    return server;
  }

  /** The data directory, for who runs other commands of the binary on it while the server is down. */
  get data(): string {
    return this.#data;
  }

  /** Starts it again after {@link kill} or {@link end}, at the same address. */
  async start(): Promise<void> {
    const own = ['serve', '--listen', `127.0.0.1:${this.#port}`, '--data', this.#data];
    const said: string[] = [];
    this.#process = spawn(binary, [...own, ...this.#options], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (text: Buffer) => said.push(String(text)));
    }
    await until(
      async () => (await fetch(`${this.url}/api/v1/health`)).ok,
      () => `the server did not start: ${said.join('')}`,
    );
  }

  /** Starts it with other options. */
  async restart(...options: string[]): Promise<void> {
    await this.end();
    this.#options = options;
    await this.start();
  }

  /** Ends it as a crash does. */
  kill(): Promise<void> {
    return this.#signal('SIGKILL');
  }

  /** Ends it as an operator does. */
  end(): Promise<void> {
    return this.#signal('SIGTERM');
  }

  /** Ends it, and takes its data away. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#data, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }
}

/** Runs a command of the binary to its end; answers what it printed. */
export async function run(args: string[], input = ''): Promise<string> {
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  const complaints: string[] = [];
  child.stdout.on('data', (text: Buffer) => said.push(String(text)));
  child.stderr.on('data', (text: Buffer) => complaints.push(String(text)));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`graphroom ${args.join(' ')} ended with ${code}: ${complaints.join('')}`);
  return said.join('');
}

/** Waits for a condition; what throws does not hold yet. */
export async function until(
  holds: () => unknown | Promise<unknown>,
  otherwise: string | (() => string) = 'it never came true',
  withinMs = 60_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(typeof otherwise === 'string' ? otherwise : otherwise(), { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
