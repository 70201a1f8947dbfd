/**
 * Making the project, or one node of it, what it was. It is asked first, and said what will happen.
 */

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { create } from 'zustand';
import { Refusal } from '../../net/index.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { api } from '../../state/server.ts';
import type { Workspace } from '../../state/workspace.ts';
import { pastOf } from './past.ts';

/** What is to be restored. */
export interface Wanted {
  readonly seq: number;
  /** What that place is called: a version's name in quotes, or a moment. */
  readonly called: string;
  /** One node with what was below it; the whole project without one. */
  readonly node?: { readonly id: string; readonly name: string };
}

const asking = create<{ wanted: Wanted | null }>(() => ({ wanted: null }));

export function askToRestore(wanted: Wanted): void {
  asking.setState({ wanted });
}

/** The question; once in the page. */
export function RestoreDialog() {
  const workspace = useWorkspace();
  const wanted = asking((state) => state.wanted);
  const [isBusy, setBusy] = useState(false);
  const close = () => asking.setState({ wanted: null });
  const confirm = async () => {
    if (!wanted) return;
    setBusy(true);
    await restore(workspace, wanted);
    setBusy(false);
    close();
  };
  return (
    <Modal
      opened={wanted !== null}
      onClose={close}
      title={wanted?.node ? `Restore “${wanted.node.name}”?` : 'Restore the project?'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      {wanted && (
        <Stack gap="md">
          {wanted.node ? <OfNode wanted={wanted} /> : <OfProject wanted={wanted} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel
            </Button>
            <Button loading={isBusy} onClick={() => void confirm()}>
              Restore
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function OfProject({ wanted }: { wanted: Wanted }) {
  return (
    <>
      <Text>
        The whole project becomes what it was at {wanted.called} (seq {wanted.seq}), for everybody who works
        in it.
      </Text>
      <Text size="sm">
        What is there now is not lost: it stays in the history, and can be restored from there. Steps from
        before cannot be undone one by one any more.
      </Text>
    </>
  );
}

function OfNode({ wanted }: { wanted: Wanted }) {
  return (
    <>
      <Text>
        The node and everything that was below it get back their places, properties and what they waited for,
        as they were at {wanted.called} (seq {wanted.seq}).
      </Text>
      <Text size="sm">What came below it since goes back to where it stood, or away. You can undo this.</Text>
    </>
  );
}

async function restore(workspace: Workspace, { seq, called, node }: Wanted) {
  const past = pastOf(workspace);
  const before = past.head;
  try {
    const answer = await api.restore(workspace.projectId, seq, node?.id);
    past.back();
    if (answer.seq <= before) {
      notify({ kind: 'done', title: 'Nothing to restore', text: `Everything is as it was at ${called}.` });
    } else {
      const what = node ? `“${node.name}” is` : 'The project is';
      notify({ kind: 'done', title: 'Restored', text: `${what} as it was at ${called}.` });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    notify({ kind: 'error', title: 'It could not be restored', text: error.message });
  }
}
