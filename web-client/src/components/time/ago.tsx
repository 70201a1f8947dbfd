/**
 * How long ago something happened, kept true while it is shown; the whole time on pointing at it.
 */

import { useEffect, useState } from 'react';
import { fullTime, relativeTime } from '../../state/time.ts';

/** One clock for all of them, in milliseconds between its ticks. */
const TICK = 20_000;

export function Ago({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(time)} className={className}>
      {relativeTime(time, Math.max(now, Date.now()))}
    </time>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}
