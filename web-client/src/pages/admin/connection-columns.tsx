/**
 * What is told of each connection.
 */

import { Badge } from '@mantine/core';
import type { ConnectionInfo, JoinedSession } from '@protocol';
import { Link } from 'wouter';
import { Ago } from '../../components/time/ago.tsx';
import { type Act, disconnect, disconnectUser } from './acts.ts';
import { bytes, count, perSecond } from './figures.ts';
import { RowMenu } from './row-menu.tsx';
import type { Column } from './table.tsx';

/** Whom a row is about. */
export interface Told {
  readonly id: string;
  readonly name: string;
}

export function columns(
  rates: ReadonlyMap<string, readonly number[]>,
  onAct: (act: Act) => void,
  onTell: (told: Told) => void,
): Column<ConnectionInfo>[] {
  const rate = (index: number) => (row: ConnectionInfo) => rates.get(row.connection_id)?.[index];
  const behind = ({ sessions }: ConnectionInfo) => sessions.reduce((sum, one) => sum + one.behind, 0);
  return [
    {
      id: 'user',
      name: 'User',
      width: 'minmax(6rem, 2fr)',
      key: nameOf,
      cell: (row) => <span title={`${row.user_id ?? ''} ${row.user_agent ?? ''}`}>{nameOf(row)}</span>,
    },
    {
      id: 'address',
      name: 'Address',
      width: 'minmax(6rem, 1fr)',
      isWide: true,
      key: (row) => row.ip_address,
      cell: (row) => row.ip_address,
    },
    {
      id: 'transport',
      name: 'Comes by',
      width: 'minmax(7rem, 1.4fr)',
      isWide: true,
      key: comesBy,
      cell: comesBy,
    },
    {
      id: 'session',
      name: 'Session',
      width: 'minmax(6rem, 1fr)',
      key: (row) => row.sessions[0]?.session_id,
      cell: (row) => <In sessions={row.sessions} />,
    },
    {
      id: 'in',
      name: 'In',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: rate(0),
      cell: (row) => perSecond(rate(0)(row)),
    },
    {
      id: 'out',
      name: 'Out',
      width: '4.5rem',
      isNumber: true,
      key: rate(1),
      cell: (row) => perSecond(rate(1)(row)),
    },
    {
      id: 'bytes',
      name: 'Sent',
      width: '5rem',
      isNumber: true,
      isWide: true,
      key: (row) => row.bytes_sent,
      cell: (row) => bytes(row.bytes_sent),
    },
    {
      id: 'behind',
      name: 'Behind',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: behind,
      cell: (row) =>
        row.sessions.some((one) => one.is_lagging) ? (
          <Badge size="sm" color="yellow" variant="light">
            {count(behind(row))}
          </Badge>
        ) : (
          count(behind(row))
        ),
    },
    {
      id: 'since',
      name: 'Since',
      width: '7.5rem',
      isWide: true,
      key: (row) => Date.parse(row.connected_at),
      cell: (row) => <Ago at={row.connected_at} />,
    },
    {
      id: 'acts',
      name: '',
      width: '28px',
      cell: (row) => (
        <RowMenu
          label={`What to do with ${nameOf(row)}`}
          items={[
            { label: 'Send an event…', run: () => onTell({ id: row.connection_id, name: nameOf(row) }) },
            { label: 'Disconnect…', run: () => onAct(disconnect(row.connection_id, nameOf(row))) },
            ...(row.user_id
              ? [{ label: 'Disconnect the user…', run: () => onAct(disconnectUser(row.user_id ?? '')) }]
              : []),
          ]}
        />
      ),
    },
  ];
}

function nameOf({ name, user_id, sid }: ConnectionInfo): string {
  return name ?? user_id ?? sid;
}

function comesBy({ transport, metadata }: ConnectionInfo): string {
  return `${transport}, ${metadata.protocol}`;
}

function In({ sessions }: { sessions: readonly JoinedSession[] }) {
  const [first] = sessions;
  if (!first) return '–';
  return (
    <>
      <Link href={`/admin/sessions/${first.session_id}`}>{first.session_id.slice(0, 8)}</Link>
      {sessions.length > 1 && ` and ${sessions.length - 1} more`}
    </>
  );
}
