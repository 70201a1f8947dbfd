/**
 * The routes about conversations that this client calls; what happens in them comes over the socket.
 */

import type {
  ChatHealth,
  ConversationInfo,
  ConversationList,
  ConversationView,
  MessagePage,
} from '@protocol';
import type { Credentials } from './credentials.ts';
import { Http, type Unproved } from './http.ts';

export class ConversationApi {
  readonly #http: Http;

  /** As {@link Api}. */
  constructor(base: string, credentials: () => Credentials, unproved?: Unproved) {
    this.#http = new Http(base, credentials, unproved);
  }

  /** Those of a project, the latest activity first; `before` is what the page before says. */
  list(projectId: string, before?: string): Promise<ConversationList> {
    const query = { project_id: projectId, before, limit: 50 };
    return this.#http.json('/api/v1/conversations', { query });
  }

  begin(projectId: string, title: string): Promise<ConversationInfo> {
    const body = { project_id: projectId, title };
    return this.#http.json('/api/v1/conversations', { method: 'POST', body });
  }

  rename(id: string, title: string): Promise<ConversationView> {
    return this.#http.json(`/api/v1/conversations/${id}`, { method: 'PATCH', body: { title } });
  }

  delete(id: string): Promise<void> {
    return this.#http.json(`/api/v1/conversations/${id}`, { method: 'DELETE' });
  }

  /** Messages, oldest first: the last before a place, or the first behind one. */
  messages(id: string, part: { before?: number; after?: number; limit?: number }): Promise<MessagePage> {
    return this.#http.json(`/api/v1/conversations/${id}/messages`, { query: part });
  }

  /** Whether there is an assistant, and it is there. */
  async hasAssistant(): Promise<boolean> {
    const health = await this.#http.json<ChatHealth>('/ws/health');
    return health.ollama_status === 'healthy';
  }
}
