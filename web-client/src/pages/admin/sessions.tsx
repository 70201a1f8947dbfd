/**
 * The loaded sessions.
 */

import { Badge } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { Ago } from '../../components/time/ago.tsx';
import type { LoadedSession } from '../../net/index.ts';
import { useLoadedSessions } from '../../state/admin.ts';
import { bytes, count, perSecond } from './figures.ts';
import classes from './page.module.css';
import { SearchBar } from './search-bar.tsx';
import { StateBadge } from './state-badge.tsx';
import { type Column, Table } from './table.tsx';
import { Unread } from './unread.tsx';

export function Sessions() {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const sessions = useLoadedSessions(search);
  const { data } = sessions;
  return (
    <section className={classes.part} aria-labelledby="sessions-title">
      <SearchBar id="sessions-title" title="Sessions" placeholder="Name or id" text={text} onText={setText}>
        {data && `${count(data.total)} loaded`}
        {data &&
          data.sessions.length < data.total &&
          `, the ${count(data.sessions.length)} busiest are shown`}
      </SearchBar>
      {data ? (
        <Table
          label="Sessions"
          rows={data.sessions}
          columns={columns(data.tally.rates)}
          idOf={({ session_id }) => session_id}
          order={{ by: 'members', isDown: true }}
          empty={search ? `No loaded session has “${search}” in its name.` : 'No session is loaded.'}
        />
      ) : (
        <Unread query={sessions} what="The sessions" />
      )}
    </section>
  );
}

function columns(rates: ReadonlyMap<string, readonly number[]>): Column<LoadedSession>[] {
  const rate = (index: number) => (session: LoadedSession) => rates.get(session.session_id)?.[index];
  return [
    {
      id: 'name',
      name: 'Name',
      width: 'minmax(6rem, 3fr)',
      key: ({ name, session_id }) => name ?? session_id,
      cell: ({ name, session_id }) => (
        <Link href={`/admin/sessions/${session_id}`} title={session_id}>
          {name ?? session_id}
        </Link>
      ),
    },
    {
      id: 'state',
      name: 'State',
      width: '5.5rem',
      key: ({ state }) => state,
      cell: ({ state }) => <StateBadge state={state} />,
    },
    {
      id: 'members',
      name: 'Members',
      width: '4.5rem',
      isNumber: true,
      key: ({ members }) => members,
      cell: ({ members }) => count(members),
    },
    {
      id: 'lagging',
      name: 'Lagging',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: ({ lagging }) => lagging,
      cell: ({ lagging }) =>
        lagging > 0 ? (
          <Badge size="sm" color="yellow" variant="light">
            {lagging}
          </Badge>
        ) : (
          '0'
        ),
    },
    {
      id: 'behind',
      name: 'Behind',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: ({ behind }) => behind,
      cell: ({ behind }) => count(behind),
    },
    {
      id: 'commands',
      name: 'Commands',
      width: '5rem',
      isNumber: true,
      isWide: true,
      key: rate(0),
      cell: (session) => perSecond(rate(0)(session)),
    },
    {
      id: 'events',
      name: 'Events',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: rate(1),
      cell: (session) => perSecond(rate(1)(session)),
    },
    {
      id: 'mailbox',
      name: 'Waiting',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: ({ mailbox }) => mailbox,
      cell: ({ mailbox }) => count(mailbox),
    },
    {
      id: 'nodes',
      name: 'Nodes',
      width: '4.5rem',
      isNumber: true,
      isWide: true,
      key: ({ nodes }) => nodes,
      cell: ({ nodes }) => count(nodes),
    },
    {
      id: 'ring',
      name: 'Ring',
      width: '5rem',
      isNumber: true,
      isWide: true,
      key: ({ ring_bytes }) => ring_bytes,
      cell: ({ ring_bytes }) => bytes(ring_bytes),
    },
    {
      id: 'activity',
      name: 'Last activity',
      width: '8rem',
      isWide: true,
      key: ({ last_activity_at }) => Date.parse(last_activity_at),
      cell: ({ last_activity_at }) => <Ago at={last_activity_at} />,
    },
  ];
}
