/**
 * The routes that this client calls.
 */

import type {
  Blame,
  GraphTree,
  HistoryPage,
  ImportReport,
  InvitationList,
  InvitationMade,
  MemberList,
  MemberRole,
  PresenceView,
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
import type { Credentials } from './credentials.ts';
import { Http, type Progress, type Unproved } from './http.ts';

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

/** Calls the routes of one server as one person. Every call that is refused throws a {@link Refusal}. */
export class Api {
  readonly #http: Http;

  /**
   * @param base the server's address without a slash at its end; nothing for the page's own
   * @param credentials who calls, asked before every call
   * @param unproved hears of every call that was refused for want of proof who calls
   */
  constructor(base: string, credentials: () => Credentials, unproved?: Unproved) {
    this.#http = new Http(base, credentials, unproved);
  }

  projects(page: Page = {}, signal?: AbortSignal): Promise<ProjectList> {
    return this.#http.json('/api/v1/projects', { query: { ...page }, signal });
  }

  /** A project with its graph. */
  project(id: string): Promise<ProjectView & { graph: GraphTree }> {
    return this.#http.json(`/api/v1/projects/${id}`);
  }

  /** A project without its graph, which may be large. */
  projectInfo(id: string): Promise<ProjectView> {
    return this.#http.json(`/api/v1/projects/${id}`, { query: { graph: 'none' } });
  }

  /** Makes a project; without `strict` the server decides whether its nodes are held to the template. */
  createProject(templateId: string, name: string, strict?: boolean): Promise<ProjectCreated> {
    const body = { template_id: templateId, project_name: name, strict };
    return this.#http.json('/api/v1/projects', { method: 'POST', body });
  }

  renameProject(id: string, name: string): Promise<void> {
    return this.#http.json(`/api/v1/projects/${id}`, { method: 'PATCH', body: { name } });
  }

  deleteProject(id: string): Promise<void> {
    return this.#http.json(`/api/v1/projects/${id}`, { method: 'DELETE' });
  }

  /** Says what is wrong with a project file, or nothing; changes nothing. */
  checkImport(file: Blob, signal?: AbortSignal, progress?: Progress): Promise<ImportReport> {
    return this.#import(file, { dry_run: 1 }, signal, progress);
  }

  importProject(
    file: Blob,
    name?: string,
    signal?: AbortSignal,
    progress?: Progress,
  ): Promise<ProjectImported> {
    return this.#import(file, { graph: 'none', name }, signal, progress);
  }

  /** The project file, and what to call it. */
  async exportProject(id: string, history?: 'full' | 'lines'): Promise<{ file: Blob; name: string }> {
    const response = await this.#http.call(`/api/v1/projects/${id}/export`, { query: { history } });
    return { file: await response.blob(), name: fileName(response) ?? `${id}.json` };
  }

  templates(): Promise<TemplateList> {
    return this.#http.json('/api/v1/templates');
  }

  templateSchema(id: string): Promise<TemplateSchema> {
    return this.#http.json(`/api/v1/templates/${encodeURIComponent(id)}/schema`);
  }

  /** The template as a project has it, which may be older than the template is. */
  projectSchema(id: string): Promise<TemplateSchema> {
    return this.#http.json(`/api/v1/projects/${id}/schema`);
  }

  /** The graph as it is. */
  sessionGraph(sessionId: string): Promise<VersionedGraph> {
    return this.#http.json(`/api/v1/sessions/${sessionId}/graph`);
  }

  /** The graph as it was behind the command that ends at `at`; without it as it is. */
  graphAt(projectId: string, at: number | undefined, signal?: AbortSignal): Promise<VersionedGraph> {
    return this.#http.json(`/api/v1/projects/${projectId}/graph`, { query: { at }, signal });
  }

  sessionInfo(sessionId: string): Promise<SessionInfo> {
    return this.#http.json(`/api/v1/sessions/${sessionId}/info`);
  }

  /** Who is in a session, and what they are at. */
  presence(sessionId: string, signal?: AbortSignal): Promise<PresenceView> {
    return this.#http.json(`/api/v1/sessions/${sessionId}/presence`, { signal });
  }

  setState(sessionId: string, state: SessionState): Promise<void> {
    return this.#http.json(`/api/v1/sessions/${sessionId}/state`, { method: 'POST', body: { state } });
  }

  search(projectId: string, body: SearchBody, signal?: AbortSignal): Promise<SearchResults> {
    return this.#http.json(`/api/v1/projects/${projectId}/graph/search`, { method: 'POST', body, signal });
  }

  history(projectId: string, filter: HistoryFilter = {}, signal?: AbortSignal): Promise<HistoryPage> {
    return this.#http.json(`/api/v1/projects/${projectId}/history`, { query: { ...filter }, signal });
  }

  blame(projectId: string, nodeId: string, signal?: AbortSignal): Promise<Blame> {
    return this.#http.json(`/api/v1/projects/${projectId}/nodes/${nodeId}/blame`, { signal });
  }

  /** Makes the project, or one node with what was below it, what it was; everybody in the room hears it. */
  restore(projectId: string, seq: number, nodeId?: string): Promise<{ seq: number }> {
    const body = nodeId ? { seq, node_id: nodeId } : { seq };
    return this.#http.json(`/api/v1/projects/${projectId}/restore`, {
      method: 'POST',
      query: { graph: 'none' },
      body,
    });
  }

  versions(projectId: string): Promise<VersionList> {
    return this.#http.json(`/api/v1/projects/${projectId}/versions`);
  }

  nameVersion(projectId: string, name: string, seq?: number): Promise<VersionView> {
    return this.#http.json(`/api/v1/projects/${projectId}/versions`, { method: 'POST', body: { name, seq } });
  }

  deleteVersion(projectId: string, versionId: string): Promise<void> {
    return this.#http.json(`/api/v1/projects/${projectId}/versions/${versionId}`, { method: 'DELETE' });
  }

  members(projectId: string): Promise<MemberList> {
    return this.#http.json(`/api/v1/projects/${projectId}/members`);
  }

  setMember(projectId: string, userId: string, role: MemberRole): Promise<void> {
    const body = { user_id: userId, role };
    return this.#http.json(`/api/v1/projects/${projectId}/members`, { method: 'PUT', body });
  }

  removeMember(projectId: string, userId: string): Promise<void> {
    const query = { user_id: userId };
    return this.#http.json(`/api/v1/projects/${projectId}/members`, { method: 'DELETE', query });
  }

  /** The invitations that nobody has used yet. */
  invitations(projectId: string): Promise<InvitationList> {
    return this.#http.json(`/api/v1/projects/${projectId}/invitations`);
  }

  /** Makes an invitation; what is to be shown is told this once. */
  invite(projectId: string, role: MemberRole, seconds: number): Promise<InvitationMade> {
    const body = { role, expires_in: seconds };
    return this.#http.json(`/api/v1/projects/${projectId}/invitations`, { method: 'POST', body });
  }

  takeBackInvitation(projectId: string, invitationId: string): Promise<void> {
    return this.#http.json(`/api/v1/projects/${projectId}/invitations/${invitationId}`, { method: 'DELETE' });
  }

  /** Exchanges a name and its password for a session token; with an invitation the name becomes a user. */
  signIn(userId: string, password: string, invitation?: string): Promise<SessionToken> {
    const body = { client_id: userId, password, invitation };
    return this.#http.json('/auth/session', { method: 'POST', body, asNobody: true });
  }

  /** Ends what a token allows. */
  revoke(token: string): Promise<void> {
    return this.#http.json('/auth/revoke', { method: 'POST', body: { token } });
  }

  #import<Answer>(
    file: Blob,
    query: Record<string, string | number | undefined>,
    signal?: AbortSignal,
    progress?: Progress,
  ): Promise<Answer> {
    const path = '/api/v1/projects/import';
    if (progress) return this.#http.upload(path, file, progress, { query, signal });
    return this.#http.json(path, { method: 'POST', query, body: file, signal });
  }
}

function fileName(response: Response): string | undefined {
  const disposition = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return encoded ? decodeURIComponent(encoded) : /filename="([^"]+)"/i.exec(disposition)?.[1];
}
