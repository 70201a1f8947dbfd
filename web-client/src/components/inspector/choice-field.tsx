/**
 * The editors of what is chosen: an option of a select, yes or no.
 */

import { Select, type SelectProps } from '@mantine/core';
import type { OptionSchema, PropertySchema } from '@protocol';
import { IconCheck } from '@tabler/icons-react';
import { memo } from 'react';
import { useStore } from 'zustand';
import { faultKey, faults } from '../../state/faults.ts';
import { Indicator } from '../indicator/indicator.tsx';
import { Field } from './field.tsx';
import classes from './inspector.module.css';
import { FIELD_CLASSES, type PropertyProps } from './text-field.tsx';
import { useWriting } from './use-writing.ts';
import { faultOf, inWords, isMissing } from './values.ts';

/** So many options want to be searched. */
const MANY = 8;

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

export const ChoiceField = memo(function ChoiceField({ nodeId, property, value, isReadOnly }: PropertyProps) {
  const options = property.options ?? [];
  const chosen = options.find(({ id, uuid }) => id === value || uuid === value);
  return (
    <OneOf
      nodeId={nodeId}
      property={property}
      value={value}
      isReadOnly={isReadOnly}
      chosen={chosen?.id ?? null}
      data={options.map(({ id, name }) => ({ value: id, label: name }))}
      read={(id) => id}
      leftSection={chosen && <Indicator option={chosen} />}
      renderOption={({ option, checked }) => (
        <Option
          label={option.label}
          isChosen={checked}
          option={options.find(({ id }) => id === option.value)}
        />
      )}
    />
  );
});

export const YesNoField = memo(function YesNoField(props: PropertyProps) {
  const { value } = props;
  return (
    <OneOf
      {...props}
      chosen={typeof value === 'boolean' ? String(value) : null}
      data={YES_NO}
      read={(text) => text === 'true'}
    />
  );
});

interface OneOfProps extends PropertyProps, Pick<SelectProps, 'leftSection' | 'renderOption'> {
  readonly property: PropertySchema;
  readonly chosen: string | null;
  readonly data: { value: string; label: string }[];
  readonly read: (id: string) => unknown;
}

function OneOf({ nodeId, property, value, isReadOnly, chosen, data, read, ...look }: OneOfProps) {
  const fault = useStore(faults, ({ all }) => all.get(faultKey(nodeId, property.id)));
  const write = useWriting(nodeId, property.id);
  const unknown = chosen === null && faultOf(property, value);
  return (
    <Field nodeId={nodeId} propertyId={property.id}>
      <Select
        label={property.name}
        required={property.required}
        error={fault?.message ?? (unknown || undefined)}
        description={isMissing(property, value) && !isReadOnly ? 'Needs a value' : undefined}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        placeholder={unknown ? inWords(property, value) : isReadOnly ? '–' : 'Empty'}
        readOnly={isReadOnly}
        classNames={FIELD_CLASSES}
        data={data}
        value={chosen}
        onChange={(id) => write(id === null ? undefined : read(id), id ?? '')}
        allowDeselect={false}
        clearable={!property.required}
        clearButtonProps={{
          'aria-label': `Clear ${property.name}`,
          tabIndex: 0,
          'aria-hidden': false,
          className: classes.clear,
        }}
        searchable={data.length > MANY}
        nothingFoundMessage="No such option"
        comboboxProps={{ shadow: 'md' }}
        data-unchanged
        {...look}
      />
    </Field>
  );
}

/** A line in the list of options. */
export function Option(props: { label: string; isChosen?: boolean; option: OptionSchema | undefined }) {
  return (
    <span className={classes.option}>
      {props.option && <Indicator option={props.option} />}
      <span className={classes.optionName}>{props.label}</span>
      {props.isChosen && <IconCheck size={14} aria-hidden />}
    </span>
  );
}
