/**
 * Values that the template does not know: they are kept, and can be deleted.
 */

import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { give } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';
import classes from './inspector.module.css';
import { inWords } from './values.ts';

interface UnknownProps {
  readonly nodeId: string;
  readonly values: readonly (readonly [string, unknown])[];
  readonly isReadOnly: boolean;
}

export function UnknownProperties({ nodeId, values, isReadOnly }: UnknownProps) {
  const workspace = useWorkspace();
  const remove = (property_id: string) =>
    void give(workspace, { command_type: 'DeleteProperty', data: { node_id: nodeId, property_id } });
  return (
    <section className={classes.section} aria-labelledby="unknown-properties">
      <h3 className={classes.heading} id="unknown-properties">
        Not in the template
      </h3>
      <p className={classes.hint}>
        These values came from elsewhere, or from an older template. They are kept until you delete them.
      </p>
      <ul className={classes.unknown}>
        {values.map(([id, value]) => (
          <li key={id}>
            <span className={classes.unknownId}>{id}</span>
            <span className={classes.unknownValue}>{inWords(undefined, value)}</span>
            {!isReadOnly && (
              <ActionIcon
                size={24}
                variant="subtle"
                color="red"
                aria-label={`Delete ${id}`}
                onClick={() => remove(id)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
