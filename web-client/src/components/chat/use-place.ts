/**
 * Where the log of a conversation is scrolled to: at its end it stays there, elsewhere what is being read stays where it is, whatever
 * comes before or behind it.
 */

import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** So near to the end, in pixels, it is the end. */
const NEAR = 32;

/** What is held in place: a line by its key, and how far it is from the upper edge. */
interface Place {
  readonly isAtEnd: boolean;
  readonly key?: string;
  readonly top: number;
}

/** What is being edited makes its line higher. */
export function usePlace(
  log: RefObject<HTMLElement | null>,
  rows: readonly unknown[],
  editing: string | null,
) {
  const place = useRef<Place>({ isAtEnd: true, top: 0 });
  const [isAtEnd, setAtEnd] = useState(true);

  const remember = useCallback(() => {
    if (!log.current) return;
    place.current = placeOf(log.current);
    setAtEnd(place.current.isAtEnd);
  }, [log]);

  const goBack = useCallback(() => {
    const element = log.current;
    if (!element) return;
    const { isAtEnd: stays, key, top } = place.current;
    if (stays) {
      element.scrollTop = element.scrollHeight;
      return;
    }
    const line = key && lines(element).find(({ dataset }) => dataset.key === key);
    if (line) element.scrollTop += topOf(line, element) - top;
  }, [log]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever comes or goes may push the others away
  useLayoutEffect(() => {
    goBack();
    remember();
  }, [rows, editing, goBack, remember]);

  // The panel may get narrower, or the field below higher.
  useLayoutEffect(() => {
    if (!log.current) return;
    const watch = new ResizeObserver(goBack);
    watch.observe(log.current);
    return () => watch.disconnect();
  }, [log, goBack]);

  const goToEnd = useCallback(() => {
    place.current = { isAtEnd: true, top: 0 };
    goBack();
  }, [goBack]);

  const goTo = useCallback(
    (key: string) => {
      place.current = { isAtEnd: false, key, top: NEAR };
      goBack();
      remember();
    },
    [goBack, remember],
  );

  return { isAtEnd, remember, goToEnd, goTo };
}

/** The last place whose message was seen whole; 0 for none. */
export function seenUpTo(log: HTMLElement): number {
  const end = log.getBoundingClientRect().bottom;
  const seen = lines(log).findLast(
    (line) => line.dataset.seq && line.getBoundingClientRect().bottom <= end + NEAR,
  );
  return Number(seen?.dataset.seq ?? 0);
}

function placeOf(log: HTMLElement): Place {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  const line = lines(log).find((one) => topOf(one, log) + one.offsetHeight > 0);
  return { isAtEnd, key: line?.dataset.key, top: line ? topOf(line, log) : 0 };
}

function lines(log: HTMLElement): HTMLElement[] {
  return [...log.querySelectorAll<HTMLElement>('[data-key]')];
}

function topOf(line: HTMLElement, log: HTMLElement): number {
  return line.getBoundingClientRect().top - log.getBoundingClientRect().top;
}
