/**
 * What the server found to be wrong with itself.
 */

import { Badge, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ago } from '../../components/time/ago.tsx';
import type { ServerAlert } from '../../net/index.ts';
import { adminApi, refreshAdmin, useAlerts } from '../../state/admin.ts';
import { notify } from '../../state/notices.ts';
import { reasonOf } from '../../state/reason.ts';
import { count } from './figures.ts';
import classes from './page.module.css';
import { type Column, Table } from './table.tsx';
import { Unread } from './unread.tsx';

export function Alerts() {
  const alerts = useAlerts();
  const queries = useQueryClient();
  const acknowledging = useMutation({
    mutationFn: (alert: ServerAlert) => adminApi.acknowledge(alert.id),
    onSuccess: () => refreshAdmin(queries),
    onError: (error) => notify({ kind: 'error', title: 'Not acknowledged', text: reasonOf(error) }),
  });
  const open = alerts.data?.filter(({ resolved }) => !resolved).length ?? 0;
  return (
    <section className={classes.part} aria-labelledby="alerts-title">
      <div className={classes.bar}>
        <Text component="h2" id="alerts-title" fw={600}>
          Alerts
        </Text>
        <Text size="sm" c="dimmed" className={classes.barText} aria-live="polite">
          {alerts.data && (open === 0 ? 'nothing is wrong now' : `${count(open)} open`)}
        </Text>
      </div>
      {alerts.data ? (
        <Table
          label="Alerts"
          rows={alerts.data}
          columns={columns((alert) => acknowledging.mutate(alert))}
          idOf={({ id }) => id}
          empty="There was no alert since the server started."
        />
      ) : (
        <Unread query={alerts} what="The alerts" />
      )}
    </section>
  );
}

const GRAVITY: readonly string[] = ['critical', 'high', 'error', 'warning', 'info'];

function columns(onAcknowledge: (alert: ServerAlert) => void): Column<ServerAlert>[] {
  return [
    {
      id: 'severity',
      name: 'Severity',
      width: '4.5rem',
      key: ({ severity }) => GRAVITY.indexOf(severity),
      cell: ({ severity, resolved }) => (
        <Badge
          size="sm"
          variant="light"
          tt="none"
          color={resolved ? 'gray' : severity === 'warning' ? 'yellow' : 'red'}
        >
          {severity}
        </Badge>
      ),
    },
    {
      id: 'message',
      name: 'What',
      width: 'minmax(6rem, 4fr)',
      key: ({ message }) => message,
      cell: ({ message }) => <span title={message}>{message}</span>,
    },
    {
      id: 'about',
      name: 'About',
      width: 'minmax(6rem, 1fr)',
      isWide: true,
      key: ({ component, metric }) => component ?? metric,
      cell: ({ component, metric }) => component ?? metric ?? '–',
    },
    {
      id: 'times',
      name: 'Times',
      width: '4rem',
      isNumber: true,
      isWide: true,
      key: ({ occurrences }) => occurrences,
      cell: ({ occurrences }) => count(occurrences),
    },
    {
      id: 'since',
      name: 'Since',
      width: '7.5rem',
      isWide: true,
      key: ({ timestamp }) => Date.parse(timestamp),
      cell: ({ timestamp }) => <Ago at={timestamp} />,
    },
    {
      id: 'state',
      name: 'State',
      width: '8.5rem',
      key: ({ resolved, acknowledged }) => Number(resolved) * 2 + Number(acknowledged),
      cell: (alert) => <State alert={alert} onAcknowledge={() => onAcknowledge(alert)} />,
    },
  ];
}

function State({ alert, onAcknowledge }: { alert: ServerAlert; onAcknowledge: () => void }) {
  if (alert.resolved) return 'over';
  if (alert.acknowledged) return `seen by ${alert.acknowledged_by ?? 'somebody'}`;
  return (
    <Button
      size="compact-xs"
      variant="default"
      onClick={onAcknowledge}
      aria-label={`Acknowledge: ${alert.message}`}
    >
      Acknowledge
    </Button>
  );
}
