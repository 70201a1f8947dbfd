/**
 * One node: its name, its type, and its properties as the template has them.
 */

import { Alert, Tooltip } from '@mantine/core';
import type { GraphNode } from '../../core/index.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { BlockedBy } from './blocked-by.tsx';
import classes from './inspector.module.css';
import { NameField } from './name-field.tsx';
import { PropertyField } from './property-field.tsx';
import { UnknownProperties } from './unknown-properties.tsx';

/** The component is made anew for another node (`key`), so that nothing typed for one is written to another. */
export function NodePanel({ node }: { readonly node: GraphNode }) {
  const { schema } = useWorkspace();
  const isReadOnly = !useView(canEdit);
  const type = schema.type(node.type);
  // The name has a field of its own.
  const properties = (type?.properties ?? []).filter(({ id }) => id !== 'name');
  const known = new Set(properties.map(({ id }) => id));
  const unknown = Object.entries(node.properties).filter(([id]) => !known.has(id));
  return (
    <div className={classes.panel}>
      <NameField nodeId={node.id} name={node.name} isReadOnly={isReadOnly} />
      <Tooltip
        label={type?.description}
        disabled={!type?.description}
        multiline
        maw={260}
        position="bottom-start"
      >
        <span className={classes.type}>{schema.typeName(node.type)}</span>
      </Tooltip>
      {!type && (
        <Alert color="yellow" variant="light" m={8} p="xs">
          The template has no type “{node.type}”, so this node keeps what it has.
        </Alert>
      )}
      {properties.length > 0 && (
        <section className={classes.section} aria-label="Properties of the template">
          {properties.map((property) => (
            <PropertyField
              key={property.id}
              nodeId={node.id}
              property={property}
              value={node.properties[property.id]}
              isReadOnly={isReadOnly}
            />
          ))}
        </section>
      )}
      {unknown.length > 0 && <UnknownProperties nodeId={node.id} values={unknown} isReadOnly={isReadOnly} />}
      <section className={classes.section} aria-label="More about this node">
        <BlockedBy nodeId={node.id} blockedBy={node.blockedBy} isReadOnly={isReadOnly} />
        <dl className={classes.fact}>
          <dt>Created</dt>
          <dd>
            <time dateTime={node.createdAt}>{when(node.createdAt)}</time>
          </dd>
        </dl>
      </section>
    </div>
  );
}

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

function when(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : moment.format(date);
}
