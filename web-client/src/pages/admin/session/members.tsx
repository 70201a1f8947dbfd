/**
 * Who is in a session, and how far behind.
 */

import { Badge, Text } from '@mantine/core';
import { useState } from 'react';
import { Ago } from '../../../components/time/ago.tsx';
import type { InspectedSession, SessionMember } from '../../../net/index.ts';
import type { Counted } from '../../../state/admin.ts';
import { ActDialog } from '../act-dialog.tsx';
import { type Act, disconnect, disconnectUser } from '../acts.ts';
import { BroadcastDialog } from '../broadcast-dialog.tsx';
import { bytes, count, milliseconds, perSecond } from '../figures.ts';
import page from '../page.module.css';
import { RowMenu } from '../row-menu.tsx';
import { type Column, Table } from '../table.tsx';

export function Members({ session }: { session: Counted<InspectedSession> }) {
  const [act, setAct] = useState<Act>();
  const [told, setTold] = useState<SessionMember>();
  const listed = session.members_list.length;
  return (
    <section className={page.part} aria-label="Members">
      <Text size="sm" c="dimmed">
        {listed < session.members
          ? `The ${count(listed)} that are most behind, of ${count(session.members)}.`
          : 'Each is a connection: somebody with two tabs is here twice.'}
      </Text>
      <Table
        label="Members"
        rows={session.members_list}
        columns={columns(session.tally.rates, setAct, setTold)}
        idOf={({ connection_id }) => connection_id}
        empty="Nobody is in the session."
      />
      {act && <ActDialog act={act} onClose={() => setAct(undefined)} />}
      {told && (
        <BroadcastDialog
          target={{ kind: 'connection', id: told.connection_id }}
          to={nameOf(told)}
          onClose={() => setTold(undefined)}
        />
      )}
    </section>
  );
}

function nameOf({ display_name, user_id, client_id }: SessionMember): string {
  return display_name ?? user_id ?? client_id;
}

/** Who lags longer, in milliseconds, is marked. */
const LONG = 1_000;

function Lag({ milliseconds: lag }: { milliseconds: number | null }) {
  if (lag === null || lag < LONG) return milliseconds(lag);
  return (
    <Badge size="sm" variant="light" color="yellow" tt="none">
      {milliseconds(lag)}
    </Badge>
  );
}

function time(at: string | null) {
  return at ? <Ago at={at} /> : '–';
}

function columns(
  rates: ReadonlyMap<string, readonly number[]>,
  onAct: (act: Act) => void,
  onTell: (member: SessionMember) => void,
): Column<SessionMember>[] {
  const rate = (index: number) => (row: SessionMember) => rates.get(row.connection_id)?.[index];
  const figure = (id: string, name: string, key: (row: SessionMember) => number | null, format = count) =>
    ({
      id,
      name,
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key,
      cell: (row) => format(key(row)),
    }) satisfies Column<SessionMember>;
  return [
    {
      id: 'name',
      name: 'Name',
      width: 'minmax(6rem, 2fr)',
      key: nameOf,
      cell: (row) => <span title={`${row.user_id ?? ''} ${row.connection_id}`}>{nameOf(row)}</span>,
    },
    {
      id: 'role',
      name: 'Role',
      width: '5rem',
      isWide: true,
      key: ({ role }) => role,
      cell: ({ role }) => role ?? '–',
    },
    {
      id: 'transport',
      name: 'Comes by',
      width: 'minmax(7rem, 1.6fr)',
      isWide: true,
      key: ({ transport }) => transport,
      cell: ({ transport, protocol, address }) => (
        <span title={`${protocol} from ${address}`}>
          {transport}, {protocol}
        </span>
      ),
    },
    {
      id: 'delivery',
      name: 'Delivery',
      width: '5rem',
      isWide: true,
      key: ({ delivery }) => delivery,
      cell: ({ delivery }) => delivery,
    },
    { ...figure('behind', 'Behind', ({ behind }) => behind), isWide: false },
    figure('queue', 'Queue', ({ queued_packets }) => queued_packets),
    { ...figure('bytes', 'Queued', ({ queued_bytes }) => queued_bytes, bytes), width: '5rem' },
    {
      ...figure('lag', 'Lag', ({ lag_ms }) => lag_ms),
      isWide: false,
      cell: ({ lag_ms }) => <Lag milliseconds={lag_ms} />,
    },
    { ...figure('trip', 'Round trip', ({ round_trip_ms }) => round_trip_ms, milliseconds), width: '5rem' },
    { ...figure('in', 'In', (row) => rate(0)(row) ?? null, perSecond) },
    { ...figure('out', 'Out', (row) => rate(1)(row) ?? null, perSecond) },
    {
      id: 'token',
      name: 'Token ends',
      width: '6.5rem',
      isWide: true,
      key: ({ token_expires_at }) => (token_expires_at ? Date.parse(token_expires_at) : null),
      cell: ({ token_expires_at }) => time(token_expires_at),
    },
    {
      id: 'since',
      name: 'Since',
      width: '6.5rem',
      isWide: true,
      key: ({ connected_at }) => Date.parse(connected_at),
      cell: ({ connected_at }) => time(connected_at),
    },
    {
      id: 'acts',
      name: '',
      width: '28px',
      cell: (row) => (
        <RowMenu
          label={`What to do with ${nameOf(row)}`}
          items={[
            { label: 'Send an event…', run: () => onTell(row) },
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
