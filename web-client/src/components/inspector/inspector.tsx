/**
 * The properties of what is selected.
 */

import { Text } from '@mantine/core';
import { IconClick } from '@tabler/icons-react';
import { useNode, useView } from '../../state/hooks.ts';
import classes from './inspector.module.css';
import { NodePanel } from './node-panel.tsx';
import { Several } from './several.tsx';

export function Inspector() {
  const selection = useView((view) => view.selection);
  const node = useNode(selection.at(-1));
  if (selection.length > 1) return <Several ids={selection} />;
  if (node) return <NodePanel key={node.id} node={node} />;
  return <Nothing wasThere={selection.length > 0} />;
}

function Nothing({ wasThere }: { readonly wasThere: boolean }) {
  return (
    <div className={classes.empty}>
      <IconClick size={28} stroke={1.4} aria-hidden />
      <Text fw={500}>{wasThere ? 'Not there' : 'Nothing selected'}</Text>
      <Text size="sm">
        {wasThere
          ? 'This node is not in the graph that is shown.'
          : 'Select a node in the outline or in the graph to see and change its properties.'}
      </Text>
    </div>
  );
}
