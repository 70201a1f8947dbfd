/**
 * What happens in a session, as it happens; from each event a link to the graph as it was behind it.
 */

import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconFilter, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { InspectedSession } from '../../../net/index.ts';
import { useEventLog } from '../../../state/admin.ts';
import { type EventKind, KEPT, type LoggedEvent, matches } from '../../../state/event-log.ts';
import { fullTime } from '../../../state/time.ts';
import { clock, count } from '../figures.ts';
import page from '../page.module.css';
import { type Column, Table } from '../table.tsx';
import { Unread } from '../unread.tsx';

export function Events({ session }: { session: InspectedSession }) {
  const hasGraph = session.project_id !== null;
  const [kind, setKind] = useState<EventKind>(hasGraph ? 'graph' : 'published');
  const [text, setText] = useState('');
  const [held, setHeld] = useState<readonly LoggedEvent[]>();
  const log = useEventLog(session, kind);
  const search = useDeferredValue(text);
  const entries = held ?? log.data?.entries;
  const rows = useMemo(() => entries?.filter((entry) => matches(entry, search.trim())), [entries, search]);
  return (
    <section className={page.part} aria-label="Events">
      <div className={page.bar}>
        {hasGraph && (
          <SegmentedControl
            size="xs"
            aria-label="Which events"
            value={kind}
            onChange={(next) => {
              setKind(next as EventKind);
              setHeld(undefined);
            }}
            data={[
              { value: 'graph', label: 'Graph' },
              { value: 'published', label: 'Published' },
            ]}
          />
        )}
        <Text size="sm" c="dimmed" className={page.barText}>
          {log.data && `the last ${count(log.data.entries.length)}, ${count(KEPT)} at most`}
          {log.data &&
            log.data.missed > 0 &&
            `; ${count(log.data.missed)} came too fast and were passed over`}
        </Text>
        <TextInput
          size="xs"
          w="14rem"
          placeholder="Name, author, text"
          aria-label="Filter the events"
          leftSection={<IconFilter size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={held !== undefined}
          leftSection={held ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          onClick={() => setHeld(held ? undefined : log.data?.entries)}
        >
          {held ? 'Go on' : 'Hold'}
        </Button>
      </div>
      {rows ? (
        <Table
          label="Events"
          rows={rows}
          columns={columns(session.session_id)}
          idOf={({ key }) => key}
          empty={text ? 'No event has that in it.' : 'Nothing has happened here yet.'}
        />
      ) : (
        <Unread query={log} what="The events" />
      )}
    </section>
  );
}

function columns(sessionId: string): Column<LoggedEvent>[] {
  return [
    {
      id: 'seq',
      name: 'Seq',
      width: '4.5rem',
      cell: ({ seq, payload }) =>
        seq === null ? '–' : <ToGraph sessionId={sessionId} seq={seq} payload={payload} />,
    },
    {
      id: 'at',
      name: 'When',
      width: '4.5rem',
      cell: ({ at }) => (
        <time dateTime={at} title={fullTime(Date.parse(at))}>
          {clock(at)}
        </time>
      ),
    },
    { id: 'event', name: 'Event', width: 'minmax(5rem, 1fr)', cell: ({ event }) => event },
    { id: 'by', name: 'By', width: 'minmax(5rem, 0.8fr)', isWide: true, cell: ({ by }) => by || '–' },
    {
      id: 'about',
      name: 'What',
      width: 'minmax(5rem, 3fr)',
      cell: ({ about, payload }) => <span title={JSON.stringify(payload, null, 2)}>{about}</span>,
    },
  ];
}

interface ToGraphProps {
  readonly sessionId: string;
  readonly seq: number;
  readonly payload: LoggedEvent['payload'];
}

function ToGraph({ sessionId, seq, payload }: ToGraphProps) {
  const node = typeof payload.node_id === 'string' ? `&node=${payload.node_id}` : '';
  return (
    <Link href={`/admin/sessions/${sessionId}/document?at=${seq}${node}`} aria-label={`The graph at ${seq}`}>
      {seq}
    </Link>
  );
}
