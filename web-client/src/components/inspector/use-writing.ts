/**
 * Writes a property of one node and says at its field what the server refused.
 */

import type { Command } from '@protocol';
import { useCallback } from 'react';
import { Refusal } from '../../net/index.ts';
import { attempt, refused, writing } from '../../state/edits.ts';
import { faultKey, setFault } from '../../state/faults.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { label, quoted } from '../../state/steps.ts';
import { canEdit, reveal, type Workspace } from '../../state/workspace.ts';

/** Refusals that are about what was typed, not about who typed it or how things stand. */
const ABOUT_THE_VALUE: ReadonlySet<string> = new Set<Refusal['code']>([
  'INVALID_PROPERTY_VALUE',
  'PROPERTY_TOO_LARGE',
  'INVALID_COMMAND',
  'INVALID_REQUEST',
  'CYCLE',
]);

/** Writes a value; `text` is what was typed, kept for correction. */
export function useWriting(nodeId: string, propertyId: string) {
  const giveAtField = useGiving(nodeId, propertyId);
  return useCallback(
    (value: unknown, text: string) => giveAtField(writing(nodeId, propertyId, value), text),
    [giveAtField, nodeId, propertyId],
  );
}

/** Gives a command whose refusal belongs to a field. */
export function useGiving(nodeId: string, fieldId: string) {
  const workspace = useWorkspace();
  return useCallback(
    (command: Command, text: string) => void giveAtField(workspace, nodeId, fieldId, command, text),
    [workspace, nodeId, fieldId],
  );
}

async function giveAtField(
  workspace: Workspace,
  nodeId: string,
  propertyId: string,
  command: Command,
  text: string,
) {
  const key = faultKey(nodeId, propertyId);
  if (!canEdit(workspace.view.getState())) {
    setFault(key, { message: 'Not written: nothing can be changed now', text });
    return;
  }
  try {
    const answer = attempt(workspace, command);
    setFault(key, null);
    await answer;
  } catch (error) {
    if (!(error instanceof Refusal) || !ABOUT_THE_VALUE.has(error.code)) {
      refused(workspace, error);
      return;
    }
    setFault(key, { message: error.message, text });
    if (workspace.view.getState().selection.at(-1) !== nodeId)
      tellElsewhere(workspace, nodeId, propertyId, error);
  }
}

/** The field is not there to say it. */
function tellElsewhere(workspace: Workspace, nodeId: string, propertyId: string, refusal: Refusal) {
  const { graph, schema } = workspace;
  const what = `${label(graph, schema, nodeId, propertyId)} of ${quoted(graph.node(nodeId)?.name)}`;
  notify({
    id: faultKey(nodeId, propertyId),
    kind: 'error',
    title: `Not written: ${what}`,
    text: refusal.message,
    actions: [{ label: 'Show it', run: () => reveal(workspace, nodeId) }],
  });
}
