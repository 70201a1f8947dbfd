/**
 * A small chart of the last hour: its lines, what they are now, and what they were where one points.
 */

import { type PointerEvent, useState } from 'react';
import type { ChartPoint } from '../../net/index.ts';
import classes from './chart.module.css';
import { HEIGHT, indexAt, lastOf, lineOf, placeOf, topOf, type Values, WIDTH } from './chart-line.ts';
import { clock } from './figures.ts';

export interface Line {
  readonly name: string;
  readonly values: Values;
}

interface Props {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly lines: readonly Line[];
  readonly format: (value: number | undefined) => string;
  /** The least that the top stands for. */
  readonly least?: number;
}

export function Chart({ title, points, lines, format, least = 1 }: Props) {
  const [at, setAt] = useState<number>();
  const top = topOf(
    lines.flatMap(({ values }) => values),
    least,
  );
  const now = lines.map(({ name, values }) => `${name} ${format(lastOf(values))}`).join(', ');
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setAt(indexAt((event.clientX - left) / width, points.length));
  };
  const pointed = at === undefined ? undefined : points[at];
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.time}>{pointed ? clock(pointed.at) : `up to ${format(top)}`}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={`${title} in the last hour. Now: ${now}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={classes.drawing}
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
      >
        <path d={`M0 ${HEIGHT / 2}H${WIDTH}M0 0H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} className={classes.grid} />
        {lines.map(({ name, values }, index) => (
          <path key={name} d={lineOf(values, top)} className={classes.line} data-line={index} />
        ))}
        {at !== undefined && (
          <path d={`M${placeOf(at, 0, points.length, top)[0]} 0V${HEIGHT}`} className={classes.pointer} />
        )}
      </svg>
      <ul className={classes.legend}>
        {lines.map(({ name, values }, index) => (
          <li key={name} data-line={index}>
            {name} <b>{format(at === undefined ? lastOf(values) : (values[at] ?? undefined))}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}
