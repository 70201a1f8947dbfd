/**
 * Who is writing. Its line is always there, so that nothing moves.
 */

import type { Conversation } from '../../net/index.ts';
import { useTalk } from '../../state/chat-hooks.ts';
import { useNames } from './author.tsx';
import classes from './chat.module.css';

export function TypingLine({ conversation }: { conversation: Conversation }) {
  const { typing } = useTalk(conversation);
  const names = useNames();
  return <div className={classes.typing}>{sentence(typing.map(names))}</div>;
}

function sentence(names: readonly string[]): string {
  const [one, other] = names;
  if (!one) return '';
  if (!other) return `${one} is writing…`;
  return names.length === 2 ? `${one} and ${other} are writing…` : `${names.length} people are writing…`;
}
