/**
 * Whether the assistant is to answer, and what it is shown of the project.
 */

import { Button, CloseButton, Switch } from '@mantine/core';
import { IconPlus, IconSchema } from '@tabler/icons-react';
import type { GraphNode } from '../../core/index.ts';
import type { Draft } from '../../state/chat.ts';
import classes from './chat.module.css';

interface Props {
  readonly asks: boolean;
  /** The node that is selected. */
  readonly node: GraphNode | undefined;
  readonly withNode: boolean;
  readonly onChange: (change: Partial<Draft>) => void;
}

export function AskRow({ asks, node, withNode, onChange }: Props) {
  return (
    <div className={classes.askRow}>
      <Switch
        size="xs"
        label="Ask the assistant"
        checked={asks}
        onChange={(event) => onChange({ asks: event.currentTarget.checked })}
      />
      {asks && node && withNode && (
        <span className={classes.about} title={`The assistant is shown “${node.name}” and what is below it`}>
          <IconSchema size={13} aria-hidden />
          <span className={classes.aboutName}>About “{node.name}”</span>
          <CloseButton
            size={24}
            iconSize={13}
            aria-label={`Do not ask about “${node.name}”`}
            onClick={() => onChange({ withNode: false })}
          />
        </span>
      )}
      {asks && node && !withNode && (
        <Button
          className={classes.aboutAdd}
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} />}
          onClick={() => onChange({ withNode: true })}
        >
          About “{node.name}”
        </Button>
      )}
    </div>
  );
}
