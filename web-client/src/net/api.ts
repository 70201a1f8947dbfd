/**
 * The routes that this client calls.
 */

import type {
  Blame,
  ErrorBody,
  HistoryPage,
  ImportReport,
  MemberList,
  MemberRole,
  ProjectCreated,
  ProjectImported,
  ProjectList,
  ProjectView,
  SearchBody,
  SearchResults,
  SessionInfo,
  SessionState,
  SessionToken,
  TemplateList,
  TemplateSchema,
  VersionedGraph,
  VersionList,
  VersionView,
} from '@protocol';
import { type Credentials, headersOf } from './credentials.ts';
import { Refusal } from './refusal.ts';

/** Which part of a list. */
export interface Page {
  search?: string;
  offset?: number;
  limit?: number;
}

/** Which entries of a project's history. */
export interface HistoryFilter {
  node_id?: string;
  author?: string;
  from?: string;
  until?: string;
  before?: number;
  limit?: number;
}

type Query = Record<string, string | number | boolean | undefined>;

interface Request {
  method?: string;
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

/** Calls the routes of one server as one person. Every call that is refused throws a {@link Refusal}. */
export class Api {
  readonly #base: string;
  readonly #credentials: () => Credentials;

  /**
   * @param base the server's address without a slash at its end; nothing for the page's own
   * @param credentials who calls, asked before every call
   */
  constructor(base: string, credentials: () => Credentials) {
    this.#base = base;
    this.#credentials = credentials;
  }

  projects(page: Page = {}, signal?: AbortSignal): Promise<ProjectList> {
    return this.#json('/api/v1/projects', { query: { ...page }, signal });
  }

  project(id: string): Promise<ProjectView> {
    return this.#json(`/api/v1/projects/${id}`);
  }

  createProject(templateId: string, name: string): Promise<ProjectCreated> {
    return this.#json('/api/v1/projects', {
      method: 'POST',
      body: { template_id: templateId, project_name: name },
    });
  }

  renameProject(id: string, name: string): Promise<void> {
    return this.#json(`/api/v1/projects/${id}`, { method: 'PATCH', body: { name } });
  }

  deleteProject(id: string): Promise<void> {
    return this.#json(`/api/v1/projects/${id}`, { method: 'DELETE' });
  }

  /** Says what is wrong with a project file, or nothing; changes nothing. */
  checkImport(file: Blob, signal?: AbortSignal): Promise<ImportReport> {
    return this.#json('/api/v1/projects/import', {
      method: 'POST',
      query: { dry_run: 1 },
      body: file,
      signal,
    });
  }

  importProject(file: Blob, name?: string, signal?: AbortSignal): Promise<ProjectImported> {
    const query = { graph: 'none', name };
    return this.#json('/api/v1/projects/import', { method: 'POST', query, body: file, signal });
  }

  /** The project file, and what to call it. */
  async exportProject(id: string, history?: 'full' | 'lines'): Promise<{ file: Blob; name: string }> {
    const response = await this.#call(`/api/v1/projects/${id}/export`, { query: { history } });
    return { file: await response.blob(), name: fileName(response) ?? `${id}.json` };
  }

  templates(): Promise<TemplateList> {
    return this.#json('/api/v1/templates');
  }

  templateSchema(id: string): Promise<TemplateSchema> {
    return this.#json(`/api/v1/templates/${encodeURIComponent(id)}/schema`);
  }

  /** The graph as it is. */
  sessionGraph(sessionId: string): Promise<VersionedGraph> {
    return this.#json(`/api/v1/sessions/${sessionId}/graph`);
  }

  /** The graph as it was behind the command that ends at `at`. */
  graphAt(projectId: string, at: number, signal?: AbortSignal): Promise<VersionedGraph> {
    return this.#json(`/api/v1/projects/${projectId}/graph`, { query: { at }, signal });
  }

  sessionInfo(sessionId: string): Promise<SessionInfo> {
    return this.#json(`/api/v1/sessions/${sessionId}/info`);
  }

  setState(sessionId: string, state: SessionState): Promise<void> {
    return this.#json(`/api/v1/sessions/${sessionId}/state`, { method: 'POST', body: { state } });
  }

  search(projectId: string, body: SearchBody, signal?: AbortSignal): Promise<SearchResults> {
    return this.#json(`/api/v1/projects/${projectId}/graph/search`, { method: 'POST', body, signal });
  }

  history(projectId: string, filter: HistoryFilter = {}, signal?: AbortSignal): Promise<HistoryPage> {
    return this.#json(`/api/v1/projects/${projectId}/history`, { query: { ...filter }, signal });
  }

  blame(projectId: string, nodeId: string, signal?: AbortSignal): Promise<Blame> {
    return this.#json(`/api/v1/projects/${projectId}/nodes/${nodeId}/blame`, { signal });
  }

  /** Makes the project, or one node with what was below it, what it was; everybody in the room hears it. */
  restore(projectId: string, seq: number, nodeId?: string): Promise<{ seq: number }> {
    const body = nodeId ? { seq, node_id: nodeId } : { seq };
    return this.#json(`/api/v1/projects/${projectId}/restore`, {
      method: 'POST',
      query: { graph: 'none' },
      body,
    });
  }

  versions(projectId: string): Promise<VersionList> {
    return this.#json(`/api/v1/projects/${projectId}/versions`);
  }

  nameVersion(projectId: string, name: string, seq?: number): Promise<VersionView> {
    return this.#json(`/api/v1/projects/${projectId}/versions`, { method: 'POST', body: { name, seq } });
  }

  deleteVersion(projectId: string, versionId: string): Promise<void> {
    return this.#json(`/api/v1/projects/${projectId}/versions/${versionId}`, { method: 'DELETE' });
  }

  members(projectId: string): Promise<MemberList> {
    return this.#json(`/api/v1/projects/${projectId}/members`);
  }

  setMember(projectId: string, userId: string, role: MemberRole): Promise<void> {
    const body = { user_id: userId, role };
    return this.#json(`/api/v1/projects/${projectId}/members`, { method: 'PUT', body });
  }

  removeMember(projectId: string, userId: string): Promise<void> {
    const query = { user_id: userId };
    return this.#json(`/api/v1/projects/${projectId}/members`, { method: 'DELETE', query });
  }

  /** Exchanges a name and its password for a session token. */
  signIn(userId: string, password: string): Promise<SessionToken> {
    return this.#json('/auth/session', { method: 'POST', body: { client_id: userId, password } });
  }

  /** Ends what a token allows. */
  revoke(token: string): Promise<void> {
    return this.#json('/auth/revoke', { method: 'POST', body: { token } });
  }

  async #json<Answer>(path: string, request: Request = {}): Promise<Answer> {
    const response = await this.#call(path, request);
    return (await response.json()) as Answer;
  }

  async #call(path: string, { method = 'GET', query = {}, body, signal }: Request): Promise<Response> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    const headers = headersOf(this.#credentials());
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = {
      method,
      headers,
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      signal,
    };
    const address = `${this.#base}${path}${search.size > 0 ? `?${search}` : ''}`;
    const response = await fetch(address, init).catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      throw new Refusal({ code: 'UNREACHABLE', message: 'The server cannot be reached' });
    });
    if (!response.ok) throw new Refusal(await errorOf(response));
    return response;
  }
}

/** What a refusal says, in whichever of the two forms its route has. */
async function errorOf(response: Response): Promise<ErrorBody> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { error?: ErrorBody; detail?: unknown; code?: ErrorBody['code'] };
    if (body.error) return body.error;
    if (typeof body.detail === 'string' && body.code) return { code: body.code, message: body.detail };
  } catch {
    // A proxy in between answers with pages of its own.
  }
  return { code: 'INTERNAL', message: `The server answered ${response.status}` };
}

function fileName(response: Response): string | undefined {
  const disposition = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return encoded ? decodeURIComponent(encoded) : /filename="([^"]+)"/i.exec(disposition)?.[1];
}
