/**
 * Following a colleague: what they select is selected here.
 */

import { useEffect } from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { reveal } from '../../state/workspace.ts';
import { type Person, personOf, usePresence } from './use-presence.ts';

/** Selects what the colleague selects whom this window follows, until they leave. */
export function useFollowing(): void {
  const workspace = useWorkspace();
  const following = useView((view) => view.following);
  const at = usePresence((all) => (following ? (all.get(following)?.selection?.at(-1) ?? null) : null));
  const isHere = usePresence((all) => following !== null && all.has(following));
  useEffect(() => {
    const { view, graph } = workspace;
    // What is being typed here is not taken away.
    if (!at || isTyping() || !graph.node(at) || view.getState().selection.at(-1) === at) return;
    reveal(workspace, at);
  }, [workspace, at]);
  useEffect(() => {
    if (following && !isHere) workspace.view.setState({ following: null });
  }, [workspace, following, isHere]);
}

/** The colleague whom this window follows. */
export function useFollowed(): Person | null {
  const following = useView((view) => view.following);
  const [userId, name, color] = usePresence((all) => {
    const participant = following ? all.get(following) : undefined;
    if (!participant) return [];
    const person = personOf(participant);
    return [person.userId, person.name, person.color];
  });
  return userId && name && color ? { userId, name, color } : null;
}

function isTyping(): boolean {
  return document.activeElement?.matches('input, textarea, [contenteditable="true"]') ?? false;
}
