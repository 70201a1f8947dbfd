/**
 * Taking a step back and doing it again, and saying what became of it.
 *
 * First it is asked for whole: where others have changed something since, the server refuses and says what, and people choose.
 */

import type { Accepted, AnyGraphEvent, Conflict, ConflictReason, Scope } from '@protocol';
import { Refusal, type TakeBackOptions } from '../net/index.ts';
import { dismiss, type Notice, notify } from './notices.ts';
import { describeTaken, label, quoted, recall } from './steps.ts';
import { canEdit, type Workspace } from './workspace.ts';

type Direction = 'undo' | 'redo';

/** What the server says of a step that it will not take back in part. */
interface StepRefused {
  readonly undone_command_id?: string;
  /** Whether nothing of the step could be done. */
  readonly all_left_alone?: boolean;
  readonly conflicts?: readonly Conflict[];
  readonly conflicts_omitted?: number;
}

/** The one notice about undoing: the last. */
const NOTICE = 'undo';
/** So many conflicts are named one by one. */
const NAMED = 3;

/** Takes back one's own last step, or does it again, and says what became of it. */
export async function takeBack(
  workspace: Workspace,
  name: Direction,
  scope: Scope = 'mine',
  options: Pick<TakeBackOptions, 'force' | 'onConflict'> = { onConflict: 'refuse' },
): Promise<void> {
  if (!canEdit(workspace.view.getState())) return;
  if (workspace.session.status !== 'live') {
    tell({ kind: 'warning', title: `Cannot ${name} while offline`, text: 'Try again once you are back.' });
    return;
  }
  const heard: AnyGraphEvent[] = [];
  const hear = workspace.session.on('events', (events) => heard.push(...events));
  try {
    const answer = await workspace.session[name]({ scope, ...options });
    tell(whatBecame(workspace, name, answer, heard));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(refusedStep(workspace, name, scope, error));
  } finally {
    hear();
  }
}

/** The choice that a notice offers is about a step that is the last no longer. */
export function forgetChoice(): void {
  dismiss(NOTICE);
}

function whatBecame(
  workspace: Workspace,
  name: Direction,
  answer: Accepted,
  heard: readonly AnyGraphEvent[],
): Telling {
  if (answer.nothing_to_undo) return { kind: 'warning', title: `Nothing to ${name}` };
  const event = heard.find(
    (one) =>
      (one.event === 'command:undo' || one.event === 'command:redo') && one.command_id === answer.command_id,
  );
  const step =
    event && 'undone_command_id' in event
      ? (recall(event.undone_command_id) ?? describeTaken(event, heard, workspace.graph, workspace.schema))
      : undefined;
  const left = answer.conflicts ?? [];
  const isChanged = heard.some((one) => one.command_id === answer.command_id && one !== event);
  const done = name === 'undo' ? 'Undone' : 'Done again';
  const title = left.length > 0 && !isChanged ? `Not ${done.toLowerCase()}` : done;
  return {
    kind: left.length > 0 ? 'warning' : 'done',
    title: step ? `${title}: ${step}` : title,
    text: left.length > 0 ? `Left alone: ${leftAlone(workspace, left, answer.conflicts_omitted)}` : undefined,
  };
}

function refusedStep(workspace: Workspace, name: Direction, scope: Scope, refusal: Refusal): Telling {
  const details = (refusal.details ?? {}) as StepRefused;
  const conflicts = details.conflicts ?? [];
  if (refusal.code !== 'CONFLICT' || conflicts.length === 0) {
    return { kind: 'error', title: `Could not ${name}`, text: refusal.message };
  }
  const step = details.undone_command_id && recall(details.undone_command_id);
  const again = (options: Pick<TakeBackOptions, 'force'>) => () =>
    void takeBack(workspace, name, scope, options);
  const verb = name === 'undo' ? 'Undo' : 'Redo';
  const actions = [
    { label: details.all_left_alone ? 'Skip this step' : `${verb} the rest`, run: again({}) },
    ...(conflicts.some(({ reason }) => isForced(reason))
      ? [{ label: `${verb} anyway`, run: again({ force: true }) }]
      : []),
  ];
  return {
    kind: 'warning',
    title: step
      ? `Not ${name === 'undo' ? 'undone' : 'done again'} yet: ${step}`
      : `Nothing was ${name === 'undo' ? 'undone' : 'done again'} yet`,
    text: `In the way: ${leftAlone(workspace, conflicts, details.conflicts_omitted)}`,
    actions,
  };
}

/** Whether `force` does it all the same: the others cannot be done by anybody. */
function isForced(reason: ConflictReason): boolean {
  return !['NODE_DELETED', 'NODE_EXISTS', 'CYCLE', 'DEPTH_LIMIT'].includes(reason);
}

/** What an undo did not touch, or would not, for people. */
export function leftAlone(workspace: Workspace, conflicts: readonly Conflict[], omitted = 0): string {
  const lines = conflicts.slice(0, NAMED).map((conflict) => because(workspace, conflict));
  const more = conflicts.length - lines.length + omitted;
  return [...lines, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

function because(
  { graph, schema, session }: Workspace,
  { node_id, property_id, reason, by }: Conflict,
): string {
  const node = node_id ? quoted(graph.node(node_id)?.name) : 'the project';
  const what = node_id && property_id ? `${label(graph, schema, node_id, property_id)} of ${node}` : node;
  const name = by && (session.presence.participants.get(by)?.name ?? by);
  return `${what} ${REASONS[reason]}${name ? ` by ${name}` : ''}`;
}

const REASONS: Record<ConflictReason, string> = {
  CHANGED_SINCE: 'was changed since',
  MOVED_SINCE: 'was moved since',
  BLOCKING_CHANGED_SINCE: 'was made to wait for something else since',
  TEMPLATE_CHANGED_SINCE: 'has another template since',
  WORKED_ON_SINCE: 'was worked on since',
  NODE_DELETED: 'was deleted',
  NODE_EXISTS: 'is there already',
  CYCLE: 'would stand below itself',
  DEPTH_LIMIT: 'would stand too deep',
};

type Telling = Omit<Notice, 'id'>;

function tell(telling: Telling) {
  notify({ id: NOTICE, ...telling });
}
