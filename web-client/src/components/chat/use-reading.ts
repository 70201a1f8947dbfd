/**
 * How a log is read: where it opens, what is read of long ago, and what counts as seen.
 */

import { type RefObject, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { Talk } from '../../core/index.ts';
import type { Conversation } from '../../net/index.ts';
import { reasonOf } from '../../state/reason.ts';
import { firstNew, type Row } from './rows.ts';
import { seenUpTo } from './use-place.ts';

/** So near to the beginning of what is here, in pixels, more is read. */
const NEAR = 400;
/** So many messages that are new are all read before the log opens at the first of them; of more it opens at the end. */
const MOST_NEW = 200;

type LogRef = RefObject<HTMLElement | null>;

export interface Opening {
  /** The place of the first message that was new as it was opened. */
  readonly newFrom: number | null;
  /** Whether it is known by now, and here. */
  readonly isReady: boolean;
  /** Whether what stands before has to be read first. */
  readonly needsMore: boolean;
}

/** Where what is new begins, as it was when the conversation was opened. */
export function useOpening(conversation: Conversation, talk: Talk, userId: string): Opening {
  const [opened, setOpened] = useState<{ mark: number; head: number } | null>(null);
  const { isKnown } = talk;
  useEffect(() => {
    if (!isKnown) return;
    const { participants, conversation: view } = conversation.talk;
    const mark = participants.find((one) => one.user_id === userId)?.read_seq ?? 0;
    setOpened((before) => before ?? { mark, head: view.head });
  }, [isKnown, conversation, userId]);
  return useMemo(() => {
    if (!opened) return { newFrom: null, isReady: false, needsMore: false };
    const { mark, head } = opened;
    const count = head - mark;
    const needsMore = count > 0 && count <= MOST_NEW && talk.first > mark + 1;
    return { newFrom: firstNew(talk, userId, mark, head), isReady: !needsMore, needsMore };
  }, [talk, userId, opened]);
}

/** Reads what was said earlier, as it is scrolled to. */
export function useEarlier(
  conversation: Conversation,
  log: LogRef,
  rows: readonly Row[],
  { needsMore }: Opening,
) {
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const read = useCallback(() => {
    if (conversation.talk.first <= 1) return;
    setReading(true);
    setFailure(null);
    conversation.earlier().then(
      () => setReading(false),
      (error: unknown) => {
        setReading(false);
        setFailure(reasonOf(error));
      },
    );
  }, [conversation]);
  const look = () => {
    if (isReading || failure || !log.current) return;
    if (needsMore || log.current.scrollTop < NEAR) read();
  };
  const lookNow = useEffectEvent(look);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came may not fill the window yet
  useEffect(() => lookNow(), [rows, isReading, needsMore]);
  return { isReading, failure, read, look };
}

/** Says what was read: what is in the window, while somebody looks at it. */
export function useSeen(
  conversation: Conversation,
  log: LogRef,
  rows: readonly Row[],
  { isReady }: Opening,
): void {
  const look = useEffectEvent(() => {
    if (!isReady || document.visibilityState !== 'visible' || !log.current) return;
    const seq = seenUpTo(log.current);
    if (seq > 0) conversation.read(seq);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came may be seen at once
  useEffect(() => look(), [rows, isReady]);
  useEffect(() => {
    const element = log.current;
    const listener = () => look();
    element?.addEventListener('scroll', listener, { passive: true });
    document.addEventListener('visibilitychange', listener);
    return () => {
      element?.removeEventListener('scroll', listener);
      document.removeEventListener('visibilitychange', listener);
    };
  }, [log]);
}

/** What one says oneself is in view. */
export function useOwnGoesToEnd(last: string | undefined, goToEnd: () => void): void {
  useEffect(() => {
    if (last) goToEnd();
  }, [last, goToEnd]);
}

/** A conversation opens where what is new begins. */
export function useGoToNew({ newFrom, isReady }: Opening, goTo: (name: string) => void): void {
  const hasGone = useRef(false);
  useEffect(() => {
    if (!isReady || hasGone.current) return;
    hasGone.current = true;
    if (newFrom !== null) goTo('new');
  }, [newFrom, isReady, goTo]);
}
