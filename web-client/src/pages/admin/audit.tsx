/**
 * Who did what, and what was refused.
 */

import { Badge, Button, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { AuditEntryView } from '@protocol';
import { useState } from 'react';
import { useAudit } from '../../state/admin.ts';
import { fullTime } from '../../state/time.ts';
import { count } from './figures.ts';
import classes from './page.module.css';
import { type Column, Table } from './table.tsx';
import { Unread } from './unread.tsx';

export function Audit() {
  const [user, setUser] = useState('');
  const [outcome, setOutcome] = useState<string | null>(null);
  const [userId] = useDebouncedValue(user.trim(), 250);
  const audit = useAudit({ user_id: userId || undefined, outcome: outcome ?? undefined });
  const entries = audit.data?.pages.flatMap((part) => part.entries);
  return (
    <section className={classes.part} aria-labelledby="audit-title">
      <div className={classes.bar}>
        <Text component="h2" id="audit-title" fw={600}>
          Audit
        </Text>
        <Text size="sm" c="dimmed" className={classes.barText} aria-live="polite">
          {entries && `the ${count(entries.length)} newest`}
        </Text>
        <TextInput
          size="xs"
          w="11rem"
          placeholder="User"
          aria-label="Entries of this user"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <Select
          size="xs"
          w="9rem"
          placeholder="Done and denied"
          aria-label="Entries with this outcome"
          clearable
          clearButtonProps={{ 'aria-label': 'All outcomes' }}
          value={outcome}
          onChange={setOutcome}
          data={['done', 'denied']}
        />
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void audit.refetch()}
          loading={audit.isRefetching}
        >
          Read again
        </Button>
        {audit.hasNextPage && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void audit.fetchNextPage()}
            loading={audit.isFetchingNextPage}
          >
            Older ones
          </Button>
        )}
      </div>
      {entries ? (
        <Table
          label="Audit log"
          rows={entries}
          columns={COLUMNS}
          idOf={({ id }) => String(id)}
          empty="There is no such entry."
        />
      ) : (
        <Unread query={audit} what="The audit log" />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<AuditEntryView>[] = [
  {
    id: 'at',
    name: 'When',
    width: '9.5rem',
    key: ({ id }) => id,
    cell: ({ at }) => (
      <time dateTime={at} title={at}>
        {fullTime(Date.parse(at))}
      </time>
    ),
  },
  { id: 'kind', name: 'What', width: 'minmax(5rem, 1fr)', key: ({ kind }) => kind, cell: ({ kind }) => kind },
  {
    id: 'outcome',
    name: 'Outcome',
    width: '5rem',
    isWide: true,
    key: ({ outcome }) => outcome,
    cell: ({ outcome }) => (
      <Badge size="sm" variant="light" tt="none" color={outcome === 'denied' ? 'red' : 'gray'}>
        {outcome}
      </Badge>
    ),
  },
  {
    id: 'user',
    name: 'Who',
    width: 'minmax(5rem, 1fr)',
    key: ({ user_id }) => user_id,
    cell: ({ user_id }) => user_id ?? '–',
  },
  {
    id: 'address',
    name: 'From',
    width: 'minmax(6rem, 1fr)',
    isWide: true,
    key: ({ address }) => address,
    cell: ({ address }) => address ?? '–',
  },
  {
    id: 'target',
    name: 'To whom',
    width: 'minmax(6rem, 1fr)',
    isWide: true,
    key: ({ target }) => target,
    cell: ({ target }) => target ?? '–',
  },
  {
    id: 'detail',
    name: 'More',
    width: 'minmax(6rem, 2fr)',
    isWide: true,
    cell: ({ detail }) => {
      const text = detail ? JSON.stringify(detail) : '';
      return <span title={text}>{text}</span>;
    },
  },
];
