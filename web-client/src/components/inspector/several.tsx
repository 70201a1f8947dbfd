/**
 * Several nodes at once: what they are, and what can be done to all of them.
 */

import { Button, Select, Stack } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { GraphNode } from '../../core/index.ts';
import { remove, writeAll } from '../../state/edits.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { Option } from './choice-field.tsx';
import classes from './inspector.module.css';
import { countByType, type SharedSelect, sharedSelects } from './shared.ts';
import { FIELD_CLASSES } from './text-field.tsx';

export function Several({ ids }: { readonly ids: readonly string[] }) {
  const workspace = useWorkspace();
  const isReadOnly = !useView(canEdit);
  const nodes = useNodes(ids);
  const shared = sharedSelects(nodes, workspace.schema);
  return (
    <div className={classes.panel}>
      <h3 className={classes.severalTitle}>{nodes.length} nodes selected</h3>
      <span className={classes.type}>{countByType(nodes, workspace.schema)}</span>
      <section className={classes.section} aria-label="Properties of all of them">
        {shared.map((one) => (
          <SharedField
            key={one.property.id}
            shared={one}
            isReadOnly={isReadOnly}
            onSet={(value) => void writeAll(workspace, ids, one.property.id, value)}
          />
        ))}
        {shared.length === 0 && (
          <p className={classes.hint}>
            These nodes have no choice in common that could be set for all of them.
          </p>
        )}
      </section>
      {!isReadOnly && (
        <Stack p={8} gap={6}>
          <Button
            variant="light"
            color="red"
            size="sm"
            leftSection={<IconTrash size={16} />}
            onClick={() => void remove(workspace, ids)}
          >
            Delete {nodes.length} nodes
          </Button>
          <p className={classes.hint}>With everything below them. It can be undone in one step.</p>
        </Stack>
      )}
    </div>
  );
}

interface SharedFieldProps {
  readonly shared: SharedSelect;
  readonly isReadOnly: boolean;
  readonly onSet: (value: unknown) => void;
}

function SharedField({ shared: { property, value, isMixed }, isReadOnly, onSet }: SharedFieldProps) {
  const options = property.options ?? [];
  return (
    <div className={classes.field}>
      <Select
        label={property.name}
        placeholder={isMixed ? 'Different values' : 'Empty'}
        classNames={FIELD_CLASSES}
        readOnly={isReadOnly}
        data={options.map(({ id, name }) => ({ value: id, label: name }))}
        value={options.find(({ id, uuid }) => id === value || uuid === value)?.id ?? null}
        onChange={(id) => id !== null && onSet(id)}
        allowDeselect={false}
        comboboxProps={{ shadow: 'md' }}
        data-unchanged
        renderOption={({ option, checked }) => (
          <Option
            label={option.label}
            isChosen={checked}
            option={options.find(({ id }) => id === option.value)}
          />
        )}
      />
    </div>
  );
}

/** Nodes as they are, without those that are gone. */
function useNodes(ids: readonly string[]): readonly GraphNode[] {
  const { graph } = useWorkspace();
  const last = useRef<readonly GraphNode[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = ids.map((id) => graph.onNode(id, listener));
      return () => {
        for (const end of ends) end();
      };
    },
    [graph, ids],
  );
  return useSyncExternalStore(subscribe, () => {
    const now = ids.flatMap((id) => graph.node(id) ?? []);
    const isSame = now.length === last.current.length && now.every((node, at) => node === last.current[at]);
    if (!isSame) last.current = now;
    return last.current;
  });
}
