/**
 * Commands that were not answered yet, kept where a reload does not reach.
 *
 * One place for all tabs of a person: two of them may send the same command, which happens once since its `command_id` is the same.
 */

import type { Command } from '@protocol';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** How long a database may take to open, in milliseconds: some browsers' never do. */
const OPEN_WITHIN = 3_000;
/** How often is tried to keep what could not be kept, in milliseconds. */
const AGAIN_AFTER = 5_000;

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

/** What is to be written: an entry, or null where one is to go. */
type Unwritten = Map<string, OutboxEntry | null>;

/** Keeps commands in the browser's database. What it does not take at once is tried again as long as the page is open. */
export class DatabaseOutbox implements Outbox {
  readonly #name: string;
  #database: IDBPDatabase<Schema> | null;
  #unwritten: Unwritten = new Map();
  #writing: Promise<void> | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  private constructor(name: string, database: IDBPDatabase<Schema>) {
    this.#name = name;
    this.#database = this.#own(database);
  }

  static async open(name = 'graphroom-outbox'): Promise<DatabaseOutbox> {
    return new DatabaseOutbox(name, await openDatabase(name));
  }

  /** Ends with the entry kept, or with its first try failed: it is tried again. */
  put(entry: OutboxEntry): Promise<void> {
    return this.#change(entry.commandId, entry);
  }

  delete(commandId: string): Promise<void> {
    return this.#change(commandId, null);
  }

  async list(sessionId: string, userId: string): Promise<OutboxEntry[]> {
    const database = await this.#opened();
    const found = await database.getAllFromIndex('commands', 'bySession', [sessionId, userId]);
    const entries = new Map(found.map((entry) => [entry.commandId, entry]));
    for (const [commandId, entry] of this.#unwritten) {
      if (entry?.sessionId === sessionId && entry.userId === userId) entries.set(commandId, entry);
      else entries.delete(commandId);
    }
    return [...entries.values()].sort(byOrder);
  }

  /** Lets the database go. */
  close(): void {
    clearTimeout(this.#again);
    this.#database?.close();
    this.#database = null;
  }

  #change(commandId: string, entry: OutboxEntry | null): Promise<void> {
    this.#unwritten.set(commandId, entry);
    return this.#write();
  }

  /** Everything that was not written goes in one transaction; what comes meanwhile goes in the next. */
  async #write(): Promise<void> {
    while (this.#writing) await this.#writing.catch(() => undefined);
    if (this.#unwritten.size === 0) return;
    const changes = this.#unwritten;
    this.#unwritten = new Map();
    this.#writing = this.#writeAll(changes);
    try {
      await this.#writing;
    } catch (error) {
      // What came meanwhile is newer.
      this.#unwritten = new Map([...changes, ...this.#unwritten]);
      this.#again ??= setTimeout(() => {
        this.#again = undefined;
        this.#write().catch(() => undefined);
      }, AGAIN_AFTER);
      throw error;
    } finally {
      this.#writing = null;
    }
  }

  async #writeAll(changes: Unwritten): Promise<void> {
    const transaction = (await this.#opened()).transaction('commands', 'readwrite');
    const { store } = transaction;
    const writes = [...changes].map(([id, entry]) => (entry ? store.put(entry) : store.delete(id)));
    await Promise.all([...writes, transaction.done]);
  }

  async #opened(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= this.#own(await openDatabase(this.#name));
    return this.#database;
  }

  /** Notices when the browser takes it away, as it does when site data are cleared. */
  #own(database: IDBPDatabase<Schema>): IDBPDatabase<Schema> {
    database.addEventListener('close', () => {
      if (this.#database === database) this.#database = null;
    });
    return database;
  }
}

/** The browser's database where it can be had: private windows may have none. */
export async function openOutbox(): Promise<Outbox> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database does not open')), OPEN_WITHIN);
  });
  try {
    return await Promise.race([DatabaseOutbox.open(), tooLate]);
  } catch {
    return new MemoryOutbox();
  } finally {
    clearTimeout(timer);
  }
}

function openDatabase(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade(fresh) {
      const commands = fresh.createObjectStore('commands', { keyPath: 'commandId' });
      commands.createIndex('bySession', ['sessionId', 'userId']);
    },
  });
}

function byOrder(one: OutboxEntry, other: OutboxEntry): number {
  return one.order - other.order || (one.commandId < other.commandId ? -1 : 1);
}
