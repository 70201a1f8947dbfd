/**
 * A wait that runs out.
 */

import { useEffect, useState } from 'react';

/** How long there is still to wait, in milliseconds, and how to begin a wait. */
export function useCountdown(): [number, (milliseconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const isOver = until <= now;
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isOver]);
  const start = (milliseconds: number) => {
    setNow(Date.now());
    setUntil(Date.now() + milliseconds);
  };
  return [Math.max(0, until - now), start];
}
