/**
 * Commands that were not answered yet, kept where a reload does not reach.
 *
 * One place for all tabs of a person: two of them may send the same command, which happens once since its `command_id` is the same.
 */

import type { Command } from '@protocol';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** A command on its way to the server. */
export interface OutboxEntry {
  readonly commandId: string;
  readonly sessionId: string;
  /** Who wants it: `command_id`s count per person. */
  readonly userId: string;
  readonly command: Command;
  /** RFC 3339: when it was wished for. */
  readonly at: string;
  /** Grows with every entry of a session. */
  readonly order: number;
}

/** Where commands wait. */
export interface Outbox {
  put(entry: OutboxEntry): Promise<void>;
  delete(commandId: string): Promise<void>;
  /** What a person still wants in a session, in its order. */
  list(sessionId: string, userId: string): Promise<OutboxEntry[]>;
}

/** Keeps commands as long as the page is open, for where there is no database. */
export class MemoryOutbox implements Outbox {
  readonly #entries = new Map<string, OutboxEntry>();

  async put(entry: OutboxEntry): Promise<void> {
    this.#entries.set(entry.commandId, entry);
  }

  async delete(commandId: string): Promise<void> {
    this.#entries.delete(commandId);
  }

  async list(sessionId: string, userId: string): Promise<OutboxEntry[]> {
    const all = [...this.#entries.values()];
    return all.filter((entry) => entry.sessionId === sessionId && entry.userId === userId).sort(byOrder);
  }
}

interface Schema extends DBSchema {
  commands: { key: string; value: OutboxEntry; indexes: { bySession: [string, string] } };
}

/** Keeps commands in the browser's database. */
export class DatabaseOutbox implements Outbox {
  readonly #database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  static async open(name = 'graphroom-outbox'): Promise<DatabaseOutbox> {
    const database = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        const commands = fresh.createObjectStore('commands', { keyPath: 'commandId' });
        commands.createIndex('bySession', ['sessionId', 'userId']);
      },
    });
    return new DatabaseOutbox(database);
  }

  async put(entry: OutboxEntry): Promise<void> {
    await this.#database.put('commands', entry);
  }

  async delete(commandId: string): Promise<void> {
    await this.#database.delete('commands', commandId);
  }

  async list(sessionId: string, userId: string): Promise<OutboxEntry[]> {
    const found = await this.#database.getAllFromIndex('commands', 'bySession', [sessionId, userId]);
    return found.sort(byOrder);
  }
}

/** The browser's database where it can be had: private windows may have none. */
export async function openOutbox(): Promise<Outbox> {
  try {
    return await DatabaseOutbox.open();
  } catch {
    return new MemoryOutbox();
  }
}

function byOrder(one: OutboxEntry, other: OutboxEntry): number {
  return one.order - other.order || (one.commandId < other.commandId ? -1 : 1);
}
