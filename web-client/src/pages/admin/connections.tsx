import { useDeferredValue, useMemo, useState } from 'react';
import { useConnections } from '../../state/admin.ts';
import { ActDialog } from './act-dialog.tsx';
import type { Act } from './acts.ts';
import { BroadcastDialog } from './broadcast-dialog.tsx';
import { columns } from './connection-columns.tsx';
import { found } from './connection-filter.ts';
import { count } from './figures.ts';
import classes from './page.module.css';
import { SearchBar } from './search-bar.tsx';
import { Table } from './table.tsx';
import { Unread } from './unread.tsx';

export function Connections() {
  const connections = useConnections();
  const [text, setText] = useState('');
  const [act, setAct] = useState<Act>();
  const [told, setTold] = useState<{ id: string; name: string }>();
  const search = useDeferredValue(text);
  const { data } = connections;
  const rows = useMemo(() => found(data?.connections ?? [], search), [data, search]);
  return (
    <section className={classes.part} aria-labelledby="connections-title">
      <SearchBar
        id="connections-title"
        title="Connections"
        placeholder="User, address, session, client"
        text={text}
        onText={setText}
      >
        {data && summary(rows.length, data.connections.length, data.active_connections)}
      </SearchBar>
      {data ? (
        <Table
          label="Connections"
          rows={rows}
          columns={columns(data.tally.rates, setAct, setTold)}
          idOf={({ connection_id }) => connection_id}
          empty={search ? 'Nobody like that is connected.' : 'Nobody is connected.'}
        />
      ) : (
        <Unread query={connections} what="The connections" />
      )}
      {act && <ActDialog act={act} onClose={() => setAct(undefined)} />}
      {told && (
        <BroadcastDialog
          target={{ kind: 'connection', id: told.id }}
          to={told.name}
          onClose={() => setTold(undefined)}
        />
      )}
    </section>
  );
}

function summary(shown: number, read: number, all: number): string {
  if (shown < read) return `${count(shown)} of ${count(read)}`;
  return read < all ? `the ${count(read)} oldest of ${count(all)}` : count(all);
}
