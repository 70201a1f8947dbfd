/**
 * What a journey takes place on: one browser for all tests of a file, and for each of them a server of its own and the windows
 * that were opened.
 */

import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Api, type Session } from '../../src/net/index.ts';
import { Server } from '../server.ts';
import { launch, open, type Person, type Window } from './browser.ts';
import { type ProjectFile, withOptions } from './files.ts';

export const ANN: Person = { userId: 'ann', name: 'Ann Lee' };
export const BOB: Person = { userId: 'bob', name: 'Bob Ray', color: '#0ca678' };
export const EVE: Person = { userId: 'eve', name: 'Eve Fox' };

export class Stage {
  browser!: Browser;
  server!: Server;
  windows: Window[] = [];
  /** Those without a browser. */
  colleagues: Session[] = [];

  /** Sets it for every test of the file; `options` are those of `graphroom serve`. */
  static set(...options: string[]): Stage {
    const stage = new Stage();
    beforeAll(async () => {
      stage.browser = await launch();
    });
    afterAll(() => stage.browser.close());
    beforeEach(async () => {
      stage.server = await Server.start(...options);
      stage.windows = [];
      stage.colleagues = [];
    });
    afterEach(async () => {
      for (const session of stage.colleagues) session.close();
      await Promise.all(stage.windows.map(({ context }) => context.close()));
      await stage.server.stop();
    });
    return stage;
  }

  /** The server by REST, as nobody in particular. */
  get api(): Api {
    return new Api(this.server.url, () => ({ userId: 'maker' }));
  }

  /** Opens a window of somebody, in which nothing is open yet. */
  async window(person: Person, options: BrowserContextOptions = {}): Promise<Window> {
    const window = await open(this.browser, this.server.url, person, options);
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
  async inProject(person: Person, projectId: string, options: BrowserContextOptions = {}): Promise<Window> {
    const window = await this.window(person, options);
    await window.page.goto(`/projects/${projectId}`);
    await window.page.getByRole('treeitem').first().waitFor();
    return window;
  }

  /** Makes a project of a file. */
  async imported(file: ProjectFile): Promise<{ projectId: string; sessionId: string }> {
    const schema = await this.api.templateSchema('restomod');
    const made = await this.api.importProject(new Blob([JSON.stringify(withOptions(file, schema))]));
    return { projectId: made.project_id, sessionId: made.session_id };
  }
}
