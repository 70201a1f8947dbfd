/**
 * What is said in an open project: its conversations, which of them is looked at, and what was begun to be written in each. One for
 * each open project, whether its panel is open or not.
 */

import { createStore } from 'zustand/vanilla';
import { unreadOf } from '../core/index.ts';
import { type Conversation, Refusal } from '../net/index.ts';
import { notify } from './notices.ts';
import { reasonOf } from './reason.ts';
import { conversationApi } from './server.ts';
import { keepUnsaid } from './unsaid.ts';
import { who } from './who.ts';
import type { Workspace } from './workspace.ts';

/** What is being written in a conversation. */
export interface Draft {
  readonly text: string;
  /** Whether the assistant is to answer. */
  readonly asks: boolean;
  /** Whether it is shown the node that is selected. */
  readonly withNode: boolean;
}

export const NO_DRAFT: Draft = { text: '', asks: false, withNode: true };

export interface ChatView {
  /** The latest activity first; null as long as nobody has read them. */
  readonly all: readonly Conversation[] | null;
  /** Whether there are older ones than those. */
  readonly hasMore: boolean;
  /** Why they could not be read. */
  readonly failure: string | null;
  /** Which is looked at; null is the list of them. */
  readonly openId: string | null;
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Grows with everything that happens in any of them. */
  readonly version: number;
}

export class Chat {
  readonly store = createStore<ChatView>(() => ({
    all: null,
    hasMore: false,
    failure: null,
    openId: null,
    drafts: new Map(),
    version: 0,
  }));
  readonly #workspace: Workspace;
  readonly #watched = new Set<Conversation>();
  #before: string | undefined;
  #reading: Promise<void> | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    workspace.session.conversations.follow({
      projectId: workspace.projectId,
      begun: () => void this.refresh(),
      told: (view) => this.#take([this.#enter(view)]),
    });
  }

  /** Reads which conversations there are. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Reads older ones. */
  async more(): Promise<void> {
    await this.#reading;
    const page = await conversationApi.list(this.#workspace.projectId, this.#before).catch(tell);
    if (!page) return;
    this.#before = page.next_before ?? undefined;
    this.#take(page.conversations.map((one) => this.#enter(one)));
    this.store.setState({ hasMore: this.#before !== undefined });
  }

  /** Looks at one, or at all of them. */
  open(id: string | null): void {
    this.store.setState(({ all }) => ({
      openId: id,
      all: all?.filter(({ refusal }) => !refusal) ?? null,
    }));
  }

  /** Begins one, and looks at it. */
  async begin(title: string): Promise<void> {
    const made = await conversationApi.begin(this.#workspace.projectId, title);
    this.#take([this.#enter(made)]);
    this.open(made.conversation_id);
  }

  async rename(conversation: Conversation, title: string): Promise<void> {
    const { talk } = conversation;
    conversation.change({ ...talk, conversation: { ...talk.conversation, title } });
    await conversationApi.rename(conversation.id, title).catch((error: unknown) => {
      conversation.change({
        ...conversation.talk,
        conversation: { ...conversation.talk.conversation, title: talk.conversation.title },
      });
      tell(error);
    });
  }

  /** Deletes one with all that was said in it, for everybody. */
  async delete(conversation: Conversation): Promise<void> {
    const isDone = await conversationApi.delete(conversation.id).then(() => true, tell);
    if (isDone) this.#drop(conversation);
  }

  write(id: string, change: Partial<Draft>): void {
    const { drafts } = this.store.getState();
    const draft = { ...(drafts.get(id) ?? NO_DRAFT), ...change };
    this.store.setState({ drafts: new Map(drafts).set(id, draft) });
  }

  /** How many messages this person has not read, in all of them. */
  unread(): number {
    const { userId } = who.getState();
    const all = this.store.getState().all ?? [];
    return all.reduce((sum, { talk }) => sum + unreadOf(talk, userId), 0);
  }

  async #read() {
    // One that is begun while the list is read may not be in it.
    const known = this.store.getState().all ?? [];
    try {
      const page = await conversationApi.list(this.#workspace.projectId);
      if (known.length === 0) this.#before = page.next_before ?? undefined;
      this.store.setState({ failure: null, hasMore: this.#before !== undefined });
      this.#take(page.conversations.map((one) => this.#enter(one)));
      this.#forget(known, page.next_before === null ? page.conversations.map(idOf) : null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.store.setState({ failure: reasonOf(error) });
    }
  }

  /** Those are gone that a whole list does not name. */
  #forget(known: readonly Conversation[], there: readonly string[] | null) {
    if (!there) return;
    for (const conversation of known) if (!there.includes(conversation.id)) this.#drop(conversation);
  }

  #enter(view: Parameters<Workspace['session']['conversations']['enter']>[0]): Conversation {
    const conversation = this.#workspace.session.conversations.enter(view);
    if (!this.#watched.has(conversation)) {
      this.#watched.add(conversation);
      keepUnsaid(conversation);
      conversation.subscribe(() => this.#changed(conversation));
    }
    return conversation;
  }

  #changed(conversation: Conversation) {
    // What is looked at says why it is over; elsewhere it is just not there.
    const { openId, version } = this.store.getState();
    if (conversation.refusal && openId !== conversation.id) this.#drop(conversation);
    else this.store.setState({ version: version + 1 });
    this.#take([]);
  }

  #drop(conversation: Conversation) {
    const { all, openId } = this.store.getState();
    this.store.setState({
      all: all?.filter((one) => one !== conversation) ?? null,
      openId: openId === conversation.id ? null : openId,
    });
  }

  /** Puts them in their order, each once. */
  #take(news: readonly Conversation[]) {
    const before = this.store.getState().all;
    const all = [...new Set([...(before ?? []), ...news])].sort(
      (one, other) => lastOf(other) - lastOf(one) || (one.id < other.id ? -1 : 1),
    );
    if (before?.length === all.length && all.every((one, at) => one === before[at])) return;
    this.store.setState({ all });
  }
}

/** When something was said last, or it was begun. */
function lastOf({ talk: { conversation } }: Conversation): number {
  return Date.parse(conversation.last_message_at ?? conversation.created_at);
}

function idOf({ conversation_id }: { conversation_id: string }): string {
  return conversation_id;
}

function tell(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
  notify({ kind: 'error', title: 'That did not work', text: reasonOf(error) });
  return undefined;
}

const chats = new WeakMap<Workspace, Chat>();

/** What is said in an open project. */
export function chatOf(workspace: Workspace): Chat {
  const chat = chats.get(workspace) ?? new Chat(workspace);
  chats.set(workspace, chat);
  return chat;
}

/** Opens or closes the panel. */
export function toggleChat({ view }: Workspace): void {
  view.setState(({ isChatOpen }) => ({ isChatOpen: !isChatOpen }));
}
