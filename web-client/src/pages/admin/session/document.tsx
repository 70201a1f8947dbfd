/**
 * The graph of a session: as it is, or as it was behind an event.
 */

import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { InspectedSession } from '../../../net/index.ts';
import { useGraphAt } from '../../../state/admin.ts';
import { count } from '../figures.ts';
import page from '../page.module.css';
import { type Column, Table } from '../table.tsx';
import { Unread } from '../unread.tsx';
import { type DocumentRow, rowsOf, rowsWith, shownOf } from './document-rows.ts';
import classes from './session.module.css';

interface Props {
  readonly session: InspectedSession;
  readonly projectId: string;
}

export function DocumentPart({ session, projectId }: Props) {
  const [params] = useSearchParams();
  const at = Number(params.get('at')) || undefined;
  const [chosen, choose] = useState<string>();
  const [text, setText] = useState('');
  const isBack = params.get('step') === 'back';
  const graph = useGraphAt(projectId, { at, isBack }, session.seq);
  const rows = useMemo(() => (graph.data ? rowsOf(graph.data.graph) : []), [graph.data]);
  const shown = useMemo(() => rowsWith(rows, text), [rows, text]);
  const nodeId = chosen ?? params.get('node') ?? undefined;
  const node = rows.find((row) => row.node.id === nodeId)?.node;
  return (
    <section className={page.part} aria-label="Document">
      <div className={page.bar}>
        <Where session={session} at={at} shown={graph.data?.seq ?? at ?? session.seq} />
        <Text size="sm" c="dimmed" className={page.barText}>
          {graph.data && `${count(rows.length)} nodes`}
        </Text>
        <TextInput
          size="xs"
          w="14rem"
          placeholder="Name, type, id"
          aria-label="Search the nodes"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {graph.data ? (
        <div className={classes.document}>
          <Table
            label="Nodes"
            rows={shown}
            columns={columns(nodeId, choose)}
            idOf={(row) => row.node.id}
            empty={text ? 'No node has that in it.' : 'There is no node.'}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
          <section className={classes.side} aria-label="The node" tabIndex={0}>
            {node ? (
              <pre className={classes.json}>{JSON.stringify(shownOf(node), null, 2)}</pre>
            ) : (
              <Text size="sm" c="dimmed">
                {nodeId ? 'There is no such node at this place.' : 'Choose a node to see what is in it.'}
              </Text>
            )}
          </section>
        </div>
      ) : (
        <Unread query={graph} what="The document" />
      )}
    </section>
  );
}

interface WhereProps {
  readonly session: InspectedSession;
  readonly at: number | undefined;
  /** The place that the graph is of, which is where a command ends. */
  readonly shown: number;
}

function Where({ session, at, shown }: WhereProps) {
  const address = `/admin/sessions/${session.session_id}/document`;
  const [params] = useSearchParams();
  const node = params.get('node');
  const to = (seq: number) => `${address}?at=${seq}${node ? `&node=${node}` : ''}`;
  const back = `${to(shown - 1)}&step=back`;
  if (at === undefined) {
    return (
      <Group gap={6}>
        <Text fw={600}>As it is, at {shown}</Text>
        <Step href={back} label="One command back" isPossible={shown > 1} />
      </Group>
    );
  }
  return (
    <Group gap={6}>
      <Text fw={600} role="status">
        As it was at {shown}
        {shown > at && `, where the command of ${at} ends`}
      </Text>
      <Step href={back} label="One command back" isPossible={shown > 1} />
      <Step href={to(shown + 1)} label="One command on" isPossible={shown < session.seq} />
      <Button component={Link} href={address} size="compact-sm" variant="default">
        As it is now
      </Button>
    </Group>
  );
}

function Step({ href, label, isPossible }: { href: string; label: string; isPossible: boolean }) {
  if (!isPossible) return null;
  const Arrow = label.endsWith('back') ? IconChevronLeft : IconChevronRight;
  return (
    <Button component={Link} href={href} size="compact-sm" variant="default" px={4} aria-label={label}>
      <Arrow size={16} aria-hidden />
    </Button>
  );
}

function columns(chosen: string | undefined, onChoose: (id: string) => void): Column<DocumentRow>[] {
  return [
    {
      id: 'name',
      name: 'Name',
      width: 'minmax(10rem, 3fr)',
      cell: ({ node, depth }) => (
        <button
          type="button"
          className={classes.nodeName}
          style={{ paddingLeft: `${Math.min(depth, 20) * 0.9}rem` }}
          aria-pressed={node.id === chosen}
          onClick={() => onChoose(node.id)}
        >
          {node.name || node.id}
        </button>
      ),
    },
    { id: 'type', name: 'Type', width: 'minmax(5rem, 1fr)', cell: ({ node }) => node.blueprint_type_id },
    {
      id: 'below',
      name: 'Below',
      width: '4rem',
      isNumber: true,
      isWide: true,
      cell: ({ below }) => count(below),
    },
  ];
}
