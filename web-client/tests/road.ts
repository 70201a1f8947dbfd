/**
 * The way between a client and the server: it can be cut, and be closed for a while.
 */

import { createConnection, createServer, type Server as Listener, type Socket } from 'node:net';

export class Road {
  readonly #to: number;
  readonly #connections = new Set<Socket>();
  #listener: Listener | undefined;
  #port = 0;
  #taken = 0;

  private constructor(to: number) {
    this.#to = to;
  }

  /** A road to the server at an address. */
  static async to(url: string): Promise<Road> {
    const road = new Road(Number(new URL(url).port));
    await road.open();
    return road;
  }

  /** How many connections came by it. */
  get taken(): number {
    return this.#taken;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#listener) return;
    const listener = createServer((near) => this.#join(near));
    this.#listener = listener;
    await new Promise<void>((resolve) => listener.listen(this.#port, '127.0.0.1', resolve));
    const address = listener.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Ends all connections; new ones may come. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Ends all connections, and takes no new ones. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = new Promise((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
    this.cut();
    await closed;
  }

  #join(near: Socket) {
    this.#taken += 1;
    const far = createConnection(this.#to, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#connections.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#connections.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
