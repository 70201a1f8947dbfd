/**
 * The last hour, as the server kept it.
 */

import type { ChartName, ChartPoint } from '../../net/index.ts';
import { useCharts } from '../../state/admin.ts';
import { Chart } from './chart.tsx';
import { bytes, count, milliseconds, percent, perSecond } from './figures.ts';
import classes from './overview.module.css';
import { Unread } from './unread.tsx';

const MINUTES = 60;

interface Shown {
  readonly title: string;
  readonly format: (value: number | undefined) => string;
  readonly least?: number;
  readonly lines: readonly (readonly [string, ChartName])[];
}

const CHARTS: readonly Shown[] = [
  {
    title: 'Connections',
    format: count,
    least: 10,
    lines: [
      ['connections', 'connections'],
      ['members', 'members'],
    ],
  },
  { title: 'Loaded sessions', format: count, least: 10, lines: [['sessions', 'sessions']] },
  {
    title: 'Commands and events',
    format: perSecond,
    lines: [
      ['commands', 'commands_per_second'],
      ['events', 'events_per_second'],
      ['refused', 'refused_per_second'],
    ],
  },
  { title: 'Deliveries', format: perSecond, lines: [['deliveries', 'deliveries_per_second']] },
  { title: 'Slowest commands', format: milliseconds, lines: [['p99', 'command_p99_ms']] },
  { title: 'Event loop', format: milliseconds, lines: [['lag', 'event_loop_lag_ms']] },
  { title: 'Processor', format: percent, lines: [['cpu', 'cpu']] },
  { title: 'Memory', format: bytes, least: 1024 ** 2, lines: [['memory', 'memory_bytes']] },
];

export function Charts() {
  const charts = useCharts(MINUTES);
  const points: readonly ChartPoint[] = charts.data?.points ?? [];
  return (
    <section aria-labelledby="charts-title" className={classes.section}>
      <h2 id="charts-title" className={classes.heading}>
        The last hour
      </h2>
      <Unread query={charts} what="The figures of the last hour" />
      {charts.data && (
        <div className={classes.charts}>
          {CHARTS.map(({ title, format, least, lines }) => (
            <Chart
              key={title}
              title={title}
              format={format}
              least={least}
              points={points}
              lines={lines.map(([name, field]) => ({ name, values: points.map((point) => point[field]) }))}
            />
          ))}
        </div>
      )}
    </section>
  );
}
