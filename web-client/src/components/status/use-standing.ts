/**
 * How things stand now.
 */

import { useEffect, useState } from 'react';
import { useStatus, useUnanswered, useView, useWorkspace } from '../../state/hooks.ts';
import { type Standing, standing } from './standing.ts';

/** An answer that takes longer than this is worth a word, in milliseconds. */
const SLOW = 1_000;

export function useStanding(): Standing {
  const { session } = useWorkspace();
  const status = useStatus();
  const unanswered = useUnanswered();
  const state = useView((view) => view.state);
  const isPast = useView((view) => view.at !== null);
  const isReader = useView((view) => view.isReader);
  const isSlow = useIsLasting(unanswered > 0, SLOW);
  useTicks(status === 'offline');
  const left = session.retryAt === undefined ? null : Math.ceil((session.retryAt - Date.now()) / 1_000);
  return standing({
    status,
    retryIn: left === null ? null : Math.max(left, 0),
    unanswered,
    isSlow,
    state,
    isPast,
    isReader,
    reason: session.refusal?.message,
  });
}

/** Whether something has been so for a while. */
function useIsLasting(isSo: boolean, while_: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setLasting(true), while_);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [isSo, while_]);
  return isLasting;
}

/** Renders again every half second. */
function useTicks(isTicking: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => tick((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, [isTicking]);
}
