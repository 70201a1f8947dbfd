/**
 * The name of a node, as the heading of its properties.
 */

import { Textarea } from '@mantine/core';
import { memo } from 'react';
import { Field, Overtaken } from './field.tsx';
import classes from './inspector.module.css';
import { useDraft } from './use-draft.ts';
import { useLastWriter } from './use-last-writer.ts';
import type { Parsed } from './values.ts';

interface NameProps {
  readonly nodeId: string;
  readonly name: string;
  readonly isReadOnly: boolean;
}

export const NameField = memo(function NameField({ nodeId, name, isReadOnly }: NameProps) {
  const draft = useDraft({
    nodeId,
    propertyId: 'name',
    stored: name,
    parse: parseName,
    format: String,
    writesOnPause: () => true,
    endsOnEnter: true,
  });
  const by = useLastWriter(nodeId, 'name', !draft.isUnchanged);
  return (
    <Field
      nodeId={nodeId}
      propertyId="name"
      onLeave={draft.handlers.onLeave}
      note={draft.isOvertaken && <Overtaken by={by} value={name} onTake={draft.takeTheirs} />}
    >
      <Textarea
        aria-label="Name"
        autosize
        minRows={1}
        maxRows={6}
        variant="unstyled"
        classNames={{ input: classes.name, error: classes.nameError }}
        error={draft.message}
        readOnly={isReadOnly}
        data-unchanged={draft.isUnchanged}
        value={draft.text}
        onChange={(event) => draft.type(event.currentTarget.value.replaceAll('\n', ' '))}
        onFocus={draft.handlers.onFocus}
        onKeyDown={draft.handlers.onKeyDown}
      />
    </Field>
  );
});

function parseName(text: string): Parsed {
  const value = text.trim();
  return value ? { value } : { fault: 'A node needs a name' };
}
