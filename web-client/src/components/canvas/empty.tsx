/**
 * What a canvas without nodes says.
 */

import { Button, Stack, Text } from '@mantine/core';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { addBelow } from './acts.ts';
import { useBoardStore } from './board.ts';
import classes from './stage.module.css';

export function Empty() {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const isEditable = useView(canEdit);
  const type = workspace.schema.allowedBelow(null)[0];
  return (
    <Stack className={classes.empty} align="center" gap="xs">
      <Text fw={600}>There is nothing here yet</Text>
      {isEditable && type && (
        <Button size="sm" variant="light" onClick={() => addBelow(workspace, board, null, type.id)}>
          Add a {type.name}
        </Button>
      )}
    </Stack>
  );
}
