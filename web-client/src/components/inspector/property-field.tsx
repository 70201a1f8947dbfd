/**
 * The editor that a property of the template gets.
 */

import { memo } from 'react';
import { ChoiceField, YesNoField } from './choice-field.tsx';
import { type PropertyProps, TextField } from './text-field.tsx';
import { kindOf } from './values.ts';

export const PropertyField = memo(function PropertyField(props: PropertyProps) {
  const kind = kindOf(props.property);
  switch (kind) {
    case 'select':
      return <ChoiceField {...props} />;
    case 'boolean':
      return <YesNoField {...props} />;
    default:
      return <TextField {...props} kind={kind} />;
  }
});
