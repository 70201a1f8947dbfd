/**
 * What every journey begins and ends with: a browser for the file, a real server for each test, people who come in, and what the
 * server has in the end.
 */

import type { NodeTree } from '@protocol';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Api, type Session } from '../../src/net/index.ts';
import { Server, until } from '../server.ts';
import { launch, open, type Person, type Window } from './browser.ts';
import { type ProjectFile, withOptions } from './files.ts';
import { names } from './outline.ts';
import { isFromSource, serveSource } from './source.ts';

export const ANN: Person = { userId: 'ann', name: 'Ann Lee' };
export const BOB: Person = { userId: 'bob', name: 'Bob Ray', color: '#0ca678' };
export const EVE: Person = { userId: 'eve', name: 'Eve Fox' };

/** One test's server, and the windows that people have opened so far. */
export class Journey {
  #browser: Browser | undefined;
  #server: Server | undefined;
  #page: Awaited<ReturnType<typeof serveSource>> | undefined;
  windows: Window[] = [];
  /** Those without a browser. */
  colleagues: Session[] = [];

  /** Says that each test of this file is a journey; `options` are those of `graphroom serve`. */
  static ofEachTest(...options: string[]): Journey {
    const journey = new Journey();
    beforeAll(async () => {
      journey.#browser = await launch();
    });
    beforeEach(async () => {
      journey.#server = await Server.start(...options);
      if (isFromSource) journey.#page = await serveSource(journey.server.url);
      journey.windows = [];
      journey.colleagues = [];
    });
    afterEach(async () => {
      for (const session of journey.colleagues) session.close();
      await Promise.all(journey.windows.map(({ context }) => context.close()));
      await journey.#page?.close();
      await journey.#server?.stop();
    });
    afterAll(() => journey.#browser?.close());
    return journey;
  }

  get server(): Server {
    if (!this.#server) throw new Error('a server runs as long as a test');
    return this.#server;
  }

  /** The server by REST, as nobody in particular. */
  get api(): Api {
    return new Api(this.server.url, () => ({ userId: 'maker' }));
  }

  /** Somebody's window, with nothing in it yet. */
  async window(person: Person, options: BrowserContextOptions = {}): Promise<Window> {
    if (!this.#browser) throw new Error('the browser runs as long as a test');
    const window = await open(this.#browser, this.#page?.url ?? this.server.url, person, options);
    this.windows.push(window);
    return window;
  }

  /** Somebody opens the projects. */
  async atProjects(person: Person, options: BrowserContextOptions = {}): Promise<Window> {
    const window = await this.window(person, options);
    await window.page.goto('/');
    await window.page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
    return window;
  }

  /** Somebody opens a project, and sees its outline. */
  async enter(person: Person, projectId: string, options: BrowserContextOptions = {}): Promise<Window> {
    const window = await this.window(person, options);
    await window.page.goto(`/projects/${projectId}`);
    await window.page.getByRole('treeitem').first().waitFor();
    return window;
  }

  /** A project of the template `restomod` that is called Mustang. */
  async project(strict?: boolean): Promise<string> {
    return (await this.api.createProject('restomod', 'Mustang', strict)).project_id;
  }

  /** Makes a project of a file. */
  async imported(file: ProjectFile): Promise<{ projectId: string; sessionId: string }> {
    const schema = await this.api.templateSchema('restomod');
    const made = await this.api.importProject(new Blob([JSON.stringify(withOptions(file, schema))]));
    return { projectId: made.project_id, sessionId: made.session_id };
  }

  /** The nodes that the server has, in the order of the tree. */
  async stored(projectId: string): Promise<NodeTree[]> {
    const { graph } = await this.api.project(projectId);
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
    await holds(async () => {
      const shown = await Promise.all(this.windows.map(({ page }) => names(page)));
      const stored = (await this.stored(projectId)).map(({ name }) => name);
      expect({ shown, stored }).toEqual({ shown: shown.map(() => wanted), stored: wanted });
    });
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
