/**
 * The theme's colours for pictures, anew when the scheme changes.
 */

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Palette, palette } from './paint.ts';

export function usePalette(): Palette | null {
  const scheme = useComputedColorScheme('light');
  const [colours, setColours] = useState<Palette | null>(null);
  // The variables change with the attribute on the page, which is set in an effect too.
  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      setColours(palette(document.documentElement, scheme === 'dark')),
    );
    return () => cancelAnimationFrame(frame);
  }, [scheme]);
  return colours;
}
