/**
 * Undo and redo, by button and by keys.
 */

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useEffect } from 'react';
import { takeBack } from '../../state/edits.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { hasOwnUndo, keysOf, stepOf } from './shortcuts.ts';

export function UndoButtons() {
  const workspace = useWorkspace();
  const isDisabled = !useView(canEdit);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const step = stepOf(event);
      if (!step || event.defaultPrevented || hasOwnUndo(event.target)) return;
      event.preventDefault();
      void takeBack(workspace, step);
    };
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  }, [workspace]);
  return (
    <ActionIcon.Group>
      <Tooltip label={`Undo your last step (${keysOf('undo')})`}>
        <ActionIcon
          variant="default"
          size={32}
          aria-label="Undo"
          disabled={isDisabled}
          onClick={() => void takeBack(workspace, 'undo')}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Redo (${keysOf('redo')})`}>
        <ActionIcon
          variant="default"
          size={32}
          aria-label="Redo"
          disabled={isDisabled}
          onClick={() => void takeBack(workspace, 'redo')}
        >
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}
