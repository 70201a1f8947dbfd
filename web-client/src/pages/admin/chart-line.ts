/**
 * The line of a chart.
 */

/** A value at each moment; nothing where nothing was measured. */
export type Values = readonly (number | null | undefined)[];

/** The size that lines are drawn in; what shows them stretches it. */
export const WIDTH = 300;
export const HEIGHT = 60;

/** What the top of a chart stands for: 1, 2 or 5 times a power of ten, and no less than the largest value. */
export function topOf(values: Values, least: number): number {
  const largest = Math.max(least, ...values.map((value) => value ?? 0));
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5, 10].find((one) => one * power >= largest * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Where a value is drawn. */
export function placeOf(index: number, value: number, length: number, top: number): [number, number] {
  const x = length > 1 ? (index / (length - 1)) * WIDTH : WIDTH;
  return [x, HEIGHT - Math.min(1, Math.max(0, value / top)) * HEIGHT];
}

/** The line as SVG writes paths; it breaks where nothing was measured. */
export function lineOf(values: Values, top: number): string {
  let isDrawn = false;
  const steps: string[] = [];
  values.forEach((value, index) => {
    if (typeof value !== 'number') {
      isDrawn = false;
      return;
    }
    const [x, y] = placeOf(index, value, values.length, top);
    steps.push(`${isDrawn ? 'L' : 'M'}${round(x)} ${round(y)}`);
    isDrawn = true;
  });
  return steps.join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The moment nearest to a place between 0 and 1. */
export function indexAt(part: number, length: number): number {
  return Math.min(length - 1, Math.max(0, Math.round(part * (length - 1))));
}

/** The last value that was measured. */
export function lastOf(values: Values): number | undefined {
  return values.findLast((value) => typeof value === 'number') ?? undefined;
}
