/**
 * A language model behind Ollama's HTTP API that says what a test lets it say, word by word.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../server.ts';

/** What the server asks for. */
interface Wanted {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A question that the model was asked, and the way to answer it. */
export class Question {
  readonly wanted: Wanted;
  readonly #response: ServerResponse;
  #isOver = false;

  constructor(wanted: Wanted, response: ServerResponse) {
    this.wanted = wanted;
    this.#response = response;
    response.once('close', () => {
      this.#isOver = true;
    });
  }

  /** What was said last, before the answer. */
  get last(): string | undefined {
    return this.wanted.messages.at(-1)?.content;
  }

  /** All that the model was shown. */
  get shown(): string {
    return this.wanted.messages.map(({ content }) => content).join('\n');
  }

  say(text: string): void {
    this.#line({ message: { role: 'assistant', content: text }, done: false });
  }

  end(): void {
    this.#line({
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      eval_count: 1,
    });
    this.#response.end();
  }

  /** Refuses it, so that asking again is of no use. */
  refuse(): void {
    this.#response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no such model"}');
  }

  /** Waits until nobody wants the answer any more. */
  untilHungUp(): Promise<void> {
    return until(() => this.#isOver, 'the answer was wanted to the end');
  }

  #line(line: unknown) {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    }
    this.#response.write(`${JSON.stringify(line)}\n`);
  }
}

export class Model {
  readonly url: string;
  readonly #server: Server;
  readonly #questions: Question[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#hear(request, response));
  }

  static async start(): Promise<Model> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Model(server);
  }

  /** The next question that is asked. */
  async question(): Promise<Question> {
    await until(() => this.#questions.length > 0, 'nobody asked the model');
    return this.#questions.shift()!;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #hear(request: IncomingMessage, response: ServerResponse) {
    if (request.url === '/api/tags') {
      response.end('{"models":[]}');
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.#questions.push(new Question(JSON.parse(Buffer.concat(pieces).toString()) as Wanted, response));
  }
}
