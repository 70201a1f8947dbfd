/**
 * What people in a session are at, and what the assistant is writing there.
 */

import type { Participant } from '@protocol';
import { Ago } from '../../../components/time/ago.tsx';
import type { InspectedSession, SessionStream } from '../../../net/index.ts';
import { usePresenceIn } from '../../../state/admin.ts';
import { count } from '../figures.ts';
import { type Column, Table } from '../table.tsx';
import { Unread } from '../unread.tsx';
import classes from './session.module.css';

export function People({ session }: { session: InspectedSession }) {
  const presence = usePresenceIn(session.session_id);
  return (
    <section className={classes.people} aria-label="Presence and streams">
      <h3>Presence</h3>
      {presence.data ? (
        <Table
          label="Presence"
          rows={presence.data.participants}
          columns={PEOPLE}
          idOf={({ user_id }) => user_id}
          empty="Nobody says what they are at."
        />
      ) : (
        <Unread query={presence} what="Presence" />
      )}
      <h3>Answers that are being written</h3>
      <Table
        label="Streams"
        rows={session.streams}
        columns={STREAMS}
        idOf={({ stream_id }) => stream_id}
        empty="The assistant writes nothing here."
      />
    </section>
  );
}

const PEOPLE: readonly Column<Participant>[] = [
  {
    id: 'name',
    name: 'Who',
    width: 'minmax(6rem, 2fr)',
    key: ({ name, user_id }) => name ?? user_id,
    cell: ({ name, user_id, color }) => (
      <span title={user_id}>
        <span className={classes.swatch} style={{ background: color }} aria-hidden />
        {name ?? user_id}
      </span>
    ),
  },
  { id: 'status', name: 'Status', width: '5rem', key: ({ status }) => status, cell: ({ status }) => status },
  {
    id: 'at',
    name: 'At',
    width: 'minmax(6rem, 2fr)',
    cell: ({ editing, selection }) => doingOf(editing, selection),
  },
  {
    id: 'connections',
    name: 'Connections',
    width: '6rem',
    isNumber: true,
    isWide: true,
    key: ({ connections }) => connections.length,
    cell: ({ connections }) => count(connections.length),
  },
];

function doingOf(editing: Participant['editing'], selection: Participant['selection']): string {
  if (editing) return `editing ${editing.property_id} of ${editing.node_id}`;
  if (selection?.length) return `${count(selection.length)} selected`;
  return '–';
}

const STREAMS: readonly Column<SessionStream>[] = [
  {
    id: 'model',
    name: 'Model',
    width: 'minmax(6rem, 1fr)',
    key: ({ model }) => model,
    cell: ({ model }) => model,
  },
  {
    id: 'conversation',
    name: 'Conversation',
    width: 'minmax(6rem, 2fr)',
    isWide: true,
    cell: ({ conversation_id }) => conversation_id,
  },
  {
    id: 'length',
    name: 'Characters',
    width: '6rem',
    isNumber: true,
    key: ({ length }) => length,
    cell: ({ length }) => count(length),
  },
  {
    id: 'started',
    name: 'Since',
    width: '7.5rem',
    key: ({ started_at }) => Date.parse(started_at),
    cell: ({ started_at }) => <Ago at={started_at} />,
  },
];
