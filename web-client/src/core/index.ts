/**
 * The replica and what belongs to it. It knows neither React nor the network.
 */

export type { AnswerText, Unanswered } from './answers.ts';
export { withEnd, withStart, withToken } from './answers.ts';
export type { Applied } from './apply.ts';
export { apply } from './apply.ts';
export type { GraphNode, ReadableGraph } from './graph.ts';
export { ancestors, Graph, indexOf, isWithin, subtree } from './graph.ts';
export type { PendingMessage } from './pending.ts';
export { nextPending, withoutPending, withPending, withRefused } from './pending.ts';
export { placeOf, predict } from './predict.ts';
export type { Change, Place, Taken, Wish } from './replica.ts';
export { Replica } from './replica.ts';
export { isSame } from './same.ts';
export { type PropertyKind, Schema } from './schema.ts';
export type { Talk } from './talk.ts';
export {
  completeUpTo,
  talkOf,
  unreadOf,
  withEarlier,
  withJoin,
  withMessages,
  withNewMessage,
  withoutMessage,
  withoutUnanswered,
  withRead,
  withTyping,
  withUnanswered,
} from './talk.ts';
