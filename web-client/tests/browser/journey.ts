/**
 * What every journey begins and ends with: a browser for the file, a real server for each test, people who come in, and what the
 * server has in the end.
 */

import type { NodeTree } from '@protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Api } from '../../src/net/index.ts';
import { Server, until } from '../server.ts';
import { launch, open, type Person, type Window } from './browser.ts';
import { names, row } from './outline.ts';

export const ANN = { userId: 'ann', name: 'Ann Lee' };
export const BOB = { userId: 'bob', name: 'Bob Ray' };

/** One test's server, and the windows that people have opened so far. */
export class Journey {
  #browser: Browser | undefined;
  #server: Server | undefined;
  windows: Window[] = [];

  /** Says that each test of this file is a journey. */
  static ofEachTest(...options: string[]): Journey {
    const journey = new Journey();
    beforeAll(async () => {
      journey.#browser = await launch();
    });
    beforeEach(async () => {
      journey.#server = await Server.start(...options);
      journey.windows = [];
    });
    afterEach(async () => {
      await Promise.all(journey.windows.map(({ context }) => context.close()));
      await journey.#server?.stop();
    });
    afterAll(() => journey.#browser?.close());
    return journey;
  }

  get server(): Server {
    if (!this.#server) throw new Error('a server runs as long as a test');
    return this.#server;
  }

  /** Somebody's window, with nothing in it yet. */
  async window(person: Person): Promise<Window> {
    if (!this.#browser) throw new Error('the browser runs as long as a test');
    const window = await open(this.#browser, this.server.url, person);
    this.windows.push(window);
    return window;
  }

  /** Somebody's window with the project in it. */
  async enter(person: Person, projectId: string): Promise<Window> {
    const window = await this.window(person);
    await window.page.goto(`/projects/${projectId}`);
    await row(window.page, 'Mustang').waitFor();
    return window;
  }

  /** A project of the template `restomod` that is called Mustang. */
  async project(strict?: boolean): Promise<string> {
    return (await this.#api().createProject('restomod', 'Mustang', strict)).project_id;
  }

  /** The nodes that the server has, in the order of the tree. */
  async stored(projectId: string): Promise<NodeTree[]> {
    const { graph } = await this.#api().project(projectId);
    const all: NodeTree[] = [];
    const walk = (nodes: readonly NodeTree[]) => {
      for (const node of nodes) {
        all.push(node);
        walk(node.children);
      }
    };
    walk(graph.roots);
    return all;
  }

  /** Waits until all windows and the server have these names, in the order of the tree. */
  async allHave(projectId: string, wanted: readonly string[]): Promise<void> {
    for (const { page } of this.windows) await showsNames(page, wanted);
    await holds(async () => expect((await this.stored(projectId)).map(({ name }) => name)).toEqual(wanted));
  }

  #api(): Api {
    return new Api(this.server.url, () => ({ userId: 'maker' }));
  }
}

/** Waits until the outline shows these names. */
export function showsNames(page: Page, wanted: readonly string[]): Promise<void> {
  return holds(async () => expect(await names(page)).toEqual(wanted));
}

/** Waits until an assertion holds. */
export function holds(assertion: () => unknown | Promise<unknown>): Promise<void> {
  return until(async () => {
    await assertion();
    return true;
  }, 'an assertion never held');
}
