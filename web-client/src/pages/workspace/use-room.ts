/**
 * How much room there is, and how wide the columns are that people have set.
 */

import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { clamp, type Widths } from './widths.ts';

/** Columns side by side; two and a drawer; one at a time. */
export type Room = 'desktop' | 'tablet' | 'phone';

export function useRoom(): Room {
  const options = { getInitialValueInEffect: false };
  const isWide = useMediaQuery('(min-width: 1080px)', undefined, options);
  const isMiddling = useMediaQuery('(min-width: 700px)', undefined, options);
  if (isWide) return 'desktop';
  return isMiddling ? 'tablet' : 'phone';
}

/** Whether the header has room to say what stands in the middle. */
export function useHasRoomForSwitch(): boolean {
  return useMediaQuery('(min-width: 800px)', undefined, { getInitialValueInEffect: false }) ?? false;
}

/** Whether there is room for the chat beside the properties. */
export function useHasRoomForBoth(): boolean {
  return useMediaQuery('(min-width: 1520px)', undefined, { getInitialValueInEffect: false }) ?? false;
}

const KEY = 'graphroom-columns';
const FIRST: Widths = { outline: 340, inspector: 340, chat: 360 };

/** The widths of the outer columns, kept in this browser. */
export function useWidths(): [Widths, (change: Partial<Widths>) => void] {
  const [widths, setWidths] = useState(read);
  const change = useCallback((part: Partial<Widths>) => {
    setWidths((before) => {
      const next = clamp({ ...before, ...part });
      try {
        localStorage.setItem(KEY, JSON.stringify(next));
      } catch {
        // Without storage they are as they were after a reload.
      }
      return next;
    });
  }, []);
  return [widths, change];
}

function read(): Widths {
  try {
    return clamp({ ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Widths>) });
  } catch {
    return FIRST;
  }
}
