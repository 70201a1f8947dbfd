/**
 * Asks what a node waits for.
 */

import { Modal, Select } from '@mantine/core';
import { useMemo } from 'react';
import { block } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';

interface Props {
  /** The node that is to wait; null while nothing is asked. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function WaitDialog({ id, onClose }: Props) {
  return (
    <Modal
      opened={id !== null}
      onClose={onClose}
      title="Waits for"
      size="sm"
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {id && <Choice id={id} onClose={onClose} />}
    </Modal>
  );
}

function Choice({ id, onClose }: { id: string; onClose: () => void }) {
  const workspace = useWorkspace();
  const { graph } = workspace;
  const nodes = useMemo(() => {
    const nameOf = (other: string | null | undefined) => (other && graph.node(other)?.name) || '';
    return [...graph.ids()]
      .filter((other) => other !== id)
      .map((other) => {
        const above = nameOf(graph.node(other)?.parentId);
        return { value: other, label: above ? `${nameOf(other)} — ${above}` : nameOf(other) };
      });
  }, [graph, id]);
  return (
    <Select
      label={`${graph.node(id)?.name ?? ''} waits for`}
      placeholder="Search for a node"
      data={nodes}
      defaultValue={graph.node(id)?.blockedBy ?? null}
      searchable
      limit={50}
      nothingFoundMessage="There is no such node"
      data-autofocus
      comboboxProps={{ withinPortal: true }}
      onChange={(other) => {
        void block(workspace, id, other);
        onClose();
      }}
    />
  );
}
