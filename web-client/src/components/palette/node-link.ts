/**
 * Addresses of nodes: the project's page with the node named behind it.
 */

import { useEffect } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { reveal, type Workspace } from '../../state/workspace.ts';

const NODE = /^#node=([0-9a-f-]{36})$/;

export function linkTo(projectId: string, nodeId?: string): string {
  return `${location.origin}/projects/${projectId}${nodeId ? `#node=${nodeId}` : ''}`;
}

/** Copies an address, or says what it is where copying is not allowed. */
export async function copyLink(projectId: string, nodeId?: string): Promise<void> {
  const link = linkTo(projectId, nodeId);
  try {
    await navigator.clipboard.writeText(link);
    notify({ id: 'link', kind: 'done', title: 'The link is copied' });
  } catch {
    notify({ id: 'link', kind: 'warning', title: 'The link could not be copied', text: link });
  }
}

/** Shows the node that the page's address names, once it is there. */
export function useLinkedNode(): void {
  const workspace = useWorkspace();
  useEffect(() => {
    let stop = follow(workspace);
    const again = () => {
      stop();
      stop = follow(workspace);
    };
    window.addEventListener('hashchange', again);
    return () => {
      window.removeEventListener('hashchange', again);
      stop();
    };
  }, [workspace]);
}

function follow(workspace: Workspace): () => void {
  const id = NODE.exec(location.hash)?.[1];
  if (!id) return () => undefined;
  const show = () => {
    if (!workspace.session.replica.place) return;
    stop();
    if (workspace.graph.node(id)) reveal(workspace, id);
    else notify({ id: 'link', kind: 'warning', title: 'The node that the link names is not there any more' });
  };
  const stop = workspace.graph.onAny(show);
  show();
  return stop;
}
