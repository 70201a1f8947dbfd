/**
 * The editor of what is typed: texts, numbers, amounts and dates.
 */

import { Textarea, TextInput } from '@mantine/core';
import type { PropertySchema } from '@protocol';
import { memo, useRef } from 'react';
import { Field, Overtaken } from './field.tsx';
import classes from './inspector.module.css';
import { useDraft } from './use-draft.ts';
import { useLastWriter } from './use-last-writer.ts';
import { faultOf, format, inWords, isDate, isMissing, parse, type TypedKind } from './values.ts';

export interface PropertyProps {
  readonly nodeId: string;
  readonly property: PropertySchema;
  readonly value: unknown;
  readonly isReadOnly: boolean;
}

export const TextField = memo(function TextField({
  kind,
  ...props
}: PropertyProps & { readonly kind: TypedKind }) {
  const { nodeId, property, value, isReadOnly } = props;
  const control = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  // A value that is no date would not show in a field for dates.
  const isCalendar = kind === 'date' && (value === undefined || value === null || isDate(String(value)));
  const draft = useDraft({
    nodeId,
    propertyId: property.id,
    stored: value,
    parse: (text) => (isCalendar && !text && isIncomplete(control.current) ? INCOMPLETE : parse(kind, text)),
    format: (stored) => format(kind, stored),
    writesOnPause: (typed) => kind === 'text' || (kind === 'date' && String(typed) >= '1000'),
    endsOnEnter: kind !== 'text',
  });
  const by = useLastWriter(nodeId, property.id, !draft.isUnchanged);
  const missing = isMissing(property, value) && draft.isUnchanged;
  const shared = {
    label: property.name,
    required: property.required,
    error: draft.message ?? faultOf(property, value) ?? undefined,
    description: missing && !isReadOnly ? 'Needs a value' : undefined,
    inputWrapperOrder: ['label', 'input', 'error', 'description'] as const,
    placeholder: isReadOnly ? '–' : kind === 'date' && !isCalendar ? 'YYYY-MM-DD' : 'Empty',
    readOnly: isReadOnly,
    classNames: FIELD_CLASSES,
    'data-unchanged': draft.isUnchanged,
    value: draft.text,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      draft.type(event.currentTarget.value),
    onFocus: draft.handlers.onFocus,
    onKeyDown: draft.handlers.onKeyDown,
  };
  return (
    <Field
      nodeId={nodeId}
      propertyId={property.id}
      onLeave={draft.handlers.onLeave}
      note={
        draft.isOvertaken && <Overtaken by={by} value={inWords(property, value)} onTake={draft.takeTheirs} />
      }
    >
      {kind === 'text' ? (
        <Textarea
          {...shared}
          inputWrapperOrder={[...shared.inputWrapperOrder]}
          autosize
          minRows={1}
          maxRows={16}
          ref={control as React.Ref<HTMLTextAreaElement>}
        />
      ) : (
        <TextInput
          {...shared}
          inputWrapperOrder={[...shared.inputWrapperOrder]}
          ref={control as React.Ref<HTMLInputElement>}
          type={isCalendar ? 'date' : 'text'}
          max={isCalendar ? '9999-12-31' : undefined}
          inputMode={kind === 'number' || kind === 'currency' ? 'decimal' : undefined}
          data-kind={kind}
          autoComplete="off"
        />
      )}
    </Field>
  );
});

export const FIELD_CLASSES = {
  root: classes.row,
  label: classes.label,
  wrapper: classes.control,
  input: classes.input,
  error: classes.error,
  description: classes.description,
};

const INCOMPLETE = { fault: 'This date is not complete, or not in the calendar' };

/** Whether a field for dates holds something that is none; one that is gone cannot say. */
function isIncomplete(control: HTMLInputElement | HTMLTextAreaElement | null): boolean {
  return control?.validity.badInput ?? true;
}
