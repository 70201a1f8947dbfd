/**
 * Asks before much is deleted.
 */

import { Button, Group, Modal, Text } from '@mantine/core';
import { useWorkspace } from '../../state/hooks.ts';
import { countBelow, removeAll } from '../../state/outline-edits.ts';

interface Props {
  /** What is to be deleted; null while nothing is asked. */
  readonly ids: readonly string[] | null;
  readonly onClose: () => void;
}

export function DeleteDialog({ ids, onClose }: Props) {
  return (
    <Modal
      opened={ids !== null}
      onClose={onClose}
      title="Delete?"
      size="sm"
      centered
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {ids && <Question ids={ids} onClose={onClose} />}
    </Modal>
  );
}

function Question({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const workspace = useWorkspace();
  const below = countBelow(workspace, ids);
  const what = ids.length === 1 ? `“${workspace.graph.node(ids[0] ?? '')?.name}”` : `${ids.length} nodes`;
  return (
    <>
      <Text size="sm">
        {what} will be deleted
        {below > 0 && `, with ${below === 1 ? 'one node' : `${below.toLocaleString()} nodes`} below`}. Undo
        brings everything back.
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Keep
        </Button>
        <Button
          color="red.9"
          data-autofocus
          onClick={() => {
            removeAll(workspace, ids);
            onClose();
          }}
        >
          Delete
        </Button>
      </Group>
    </>
  );
}
