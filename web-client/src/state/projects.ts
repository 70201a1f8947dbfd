/**
 * The projects of the server, as pages read and change them.
 */

import type { ProjectList, ProjectSummary } from '@protocol';
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { Progress } from '../net/index.ts';
import { api } from './server.ts';

/** How many projects are read at once. */
const PAGE = 50;
/** After how long a list that is looked at is read again, in milliseconds. */
const REFRESH = 10_000;

const LIST = ['projects'] as const;

/** The projects whose name has a text in it, all of them for none; further pages on demand. */
export function useProjects(search: string) {
  return useInfiniteQuery({
    queryKey: [...LIST, search],
    queryFn: ({ pageParam, signal }) => api.projects({ search, offset: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    refetchInterval: REFRESH,
    refetchOnWindowFocus: 'always',
    placeholderData: keepPreviousData,
  });
}

function nextOffset({ offset, projects, total }: ProjectList): number | undefined {
  const next = offset + projects.length;
  return projects.length > 0 && next < total ? next : undefined;
}

/** Every project of the pages that are there, once: while others make some, one may stand on two pages. */
export function projectsOf(data: InfiniteData<ProjectList> | undefined): ProjectSummary[] {
  const byId = new Map<string, ProjectSummary>();
  for (const page of data?.pages ?? []) {
    for (const project of page.projects)
      if (!byId.has(project.project_id)) byId.set(project.project_id, project);
  }
  return [...byId.values()];
}

/** Reads the lists again that are shown. */
export function refreshProjects(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: LIST });
}

/** Who changed a project last, and what; asked again only when there is something newer. */
export function useLastChange({ project_id, seq }: ProjectSummary, isWanted: boolean) {
  return useQuery({
    queryKey: ['last-change', project_id, seq],
    queryFn: async ({ signal }) => {
      const { entries } = await api.history(project_id, { limit: 1 }, signal);
      return entries[0] ?? null;
    },
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  }).data;
}

/** Who is in a project now. */
export function usePeopleIn({ session_id, active_clients }: ProjectSummary, isWanted: boolean) {
  const isAnybodyThere = active_clients > 0;
  const { data } = useQuery({
    queryKey: ['people-in', session_id],
    queryFn: ({ signal }) => api.presence(session_id, signal),
    enabled: isWanted && isAnybodyThere,
    refetchInterval: REFRESH,
  });
  return isAnybodyThere ? data?.participants : [];
}

export function useTemplates() {
  return useQuery({
    queryKey: ['templates'],
    queryFn: async () => (await api.templates()).templates,
    staleTime: 60_000,
  });
}

export function useTemplateSchema(id: string | undefined) {
  return useQuery({
    queryKey: ['template-schema', id],
    queryFn: () => api.templateSchema(id ?? ''),
    enabled: id !== undefined,
    staleTime: 60_000,
  });
}

/** How much there is in a project, for who is about to delete it. */
export function useProjectSize(project: ProjectSummary) {
  return useQuery({
    queryKey: ['project-size', project.project_id, project.seq],
    queryFn: () => api.sessionInfo(project.session_id),
  });
}

/** Makes another project of the same graph, without the history of the first. */
export async function duplicate({ project_id, name }: ProjectSummary): Promise<string> {
  const { file } = await api.exportProject(project_id);
  const copy = await api.importProject(file, copyName(name));
  return copy.name;
}

/** "Copy of", within what a name may have. */
export function copyName(name: string): string {
  return Array.from(`Copy of ${name}`).slice(0, 256).join('');
}

/** A project as a file, and what to call it. */
export function exportFile({ project_id }: ProjectSummary, history?: 'full' | 'lines') {
  return api.exportProject(project_id, history);
}

/** Makes a project; one that is not said to be strict is what the server is set to. */
export function make(wish: { templateId: string; name: string; isStrict: boolean }) {
  return api.createProject(wish.templateId, wish.name, wish.isStrict ? true : undefined);
}

export function renameProject({ project_id }: ProjectSummary, name: string) {
  return api.renameProject(project_id, name);
}

export function deleteProject({ project_id }: ProjectSummary) {
  return api.deleteProject(project_id);
}

/** Says what is wrong with a project file, or nothing. */
export function checkFile(file: File, signal: AbortSignal, progress: Progress) {
  return api.checkImport(file, signal, progress);
}

export function importFile(file: File, name: string, signal: AbortSignal, progress: Progress) {
  return api.importProject(file, name, signal, progress);
}
