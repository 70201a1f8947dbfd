/**
 * Which entries the timeline shows.
 */

import { Button, Group, Indicator, Popover, Select, Stack, Switch, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useNode, useParticipants, useView, useWorkspace } from '../../state/hooks.ts';
import { authorName } from './author.tsx';
import { pastOf } from './past.ts';
import type { Filter } from './use-timeline.ts';

export const EVERYTHING: Filter = {};

export function isFiltered({ author, nodeId, from, until }: Filter): boolean {
  return Boolean(author || nodeId || from || until);
}

interface Props {
  readonly filter: Filter;
  readonly choose: (filter: Filter) => void;
}

export function Filters({ filter, choose }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" withArrow trapFocus returnFocus>
      <Indicator disabled={!isFiltered(filter)} size={9} offset={3}>
        <Popover.Target>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFilter size={14} />}
            aria-label={isFiltered(filter) ? 'Filter, some entries are hidden' : 'Filter'}
            onClick={() => setOpen(!isOpen)}
          >
            Filter
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Fields filter={filter} choose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields({ filter, choose }: Props) {
  const change = (part: Filter) => choose({ ...filter, ...part });
  return (
    <Stack gap="sm" w={280}>
      <Select
        label="By"
        placeholder="Everybody"
        data={useAuthors(filter.author)}
        value={filter.author ?? null}
        onChange={(author) => change({ author: author ?? undefined })}
        searchable
        clearable
        openOnFocus={false}
        clearButtonProps={{ 'aria-label': 'By everybody' }}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
      />
      <OfNode filter={filter} change={change} />
      <Group gap="xs" grow wrap="nowrap">
        <TextInput
          type="date"
          label="From"
          value={filter.from ?? ''}
          max={filter.until}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="Until"
          value={filter.until ?? ''}
          min={filter.from}
          onChange={(event) => change({ until: event.currentTarget.value })}
        />
      </Group>
      <Button size="xs" variant="default" disabled={!isFiltered(filter)} onClick={() => choose(EVERYTHING)}>
        Show everything
      </Button>
    </Stack>
  );
}

/** Only what touched one node: the one that was selected when it was switched on. */
function OfNode({ filter, change }: { filter: Filter; change: (part: Filter) => void }) {
  const selected = useView(({ selection }) => selection.at(-1));
  const node = useNode(filter.nodeId ?? selected);
  return (
    <Switch
      label={
        node || filter.nodeId
          ? `Only what touched “${node?.name ?? 'a node that is gone'}”`
          : 'Select a node to see what touched it'
      }
      checked={filter.nodeId !== undefined}
      disabled={!node && !filter.nodeId}
      onChange={(event) => change({ nodeId: event.currentTarget.checked ? node?.id : undefined })}
    />
  );
}

/** Who is here, and who was heard of in the entries that were read. */
function useAuthors(chosen: string | undefined) {
  const workspace = useWorkspace();
  const here = useParticipants();
  const ids = new Set([
    ...here.keys(),
    ...pastOf(workspace).commands.names.keys(),
    ...(chosen ? [chosen] : []),
  ]);
  return [...ids]
    .map((value) => ({ value, label: authorName(workspace, value) }))
    .sort((one, other) => one.label.localeCompare(other.label));
}
