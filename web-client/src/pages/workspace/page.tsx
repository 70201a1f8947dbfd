/**
 * An open project: its outline, its canvas, and what is selected in them.
 */

import { useCallback, useEffect, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { backoff, Refusal } from '../../net/index.ts';
import { WorkspaceContext } from '../../state/hooks.ts';
import { openWorkspace, type Workspace } from '../../state/workspace.ts';
import { Layout } from './layout.tsx';
import { Asking, NotOpened } from './not-open.tsx';

/** Opening takes so long before a word is said about it, in milliseconds. */
const LATE = 2_500;

export default function WorkspacePage({ projectId }: { projectId: string }) {
  const [here] = useLocation();
  const { opened, isTrying, retry } = useOpened(projectId);
  const isLate = useIsLate();
  if (opened instanceof Refusal && opened.code === 'UNAUTHENTICATED') {
    return <Redirect to={`/sign-in?next=${encodeURIComponent(here)}`} replace />;
  }
  if (opened instanceof Error) return <NotOpened failure={opened} isTrying={isTrying} onRetry={retry} />;
  if (!opened) return <Asking isLate={isLate} />;
  return (
    <WorkspaceContext value={opened}>
      <Layout />
    </WorkspaceContext>
  );
}

/** Opens the project, again and again where that may help. */
function useOpened(projectId: string) {
  const [opened, setOpened] = useState<Workspace | Error | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [isTrying, setTrying] = useState(true);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  useEffect(() => {
    let isWanted = true;
    let workspace: Workspace | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setTrying(true);
    openWorkspace(projectId).then(
      (open) => {
        workspace = open;
        if (isWanted) setOpened(open);
        else open.close();
      },
      (error: unknown) => {
        if (!isWanted) return;
        setTrying(false);
        setOpened(error instanceof Error ? error : new Error(String(error)));
        if (error instanceof Refusal && error.isPassing) {
          timer = setTimeout(retry, error.retryAfter ?? backoff(attempt, Math.random()));
        }
      },
    );
    return () => {
      isWanted = false;
      clearTimeout(timer);
      workspace?.close();
    };
  }, [projectId, attempt, retry]);
  return { opened, isTrying, retry };
}

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}
