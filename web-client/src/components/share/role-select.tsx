/**
 * A field that takes a role, and says what each may do.
 */

import { Select, type SelectProps, Text } from '@mantine/core';
import type { MemberRole } from '@protocol';
import { asRole, ROLES } from './roles.ts';

interface Props extends Omit<SelectProps, 'value' | 'onChange' | 'data'> {
  value: MemberRole | undefined;
  onChange: (role: MemberRole) => void;
  /** Whether it stands at the right edge of something. */
  isNarrow?: boolean;
}

export function RoleSelect({ value, onChange, isNarrow = false, ...props }: Props) {
  return (
    <Select
      data={ROLES.map(({ value: id, label }) => ({ value: id, label }))}
      value={value ?? null}
      onChange={(picked) => {
        const role = asRole(picked);
        if (role && role !== value) onChange(role);
      }}
      allowDeselect={false}
      comboboxProps={{ width: 300, position: isNarrow ? 'bottom-end' : 'bottom-start' }}
      maxDropdownHeight={340}
      renderOption={({ option }) => (
        <div>
          <Text size="sm" fw={600}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {ROLES.find(({ value: id }) => id === option.value)?.may}
          </Text>
        </div>
      )}
      {...props}
    />
  );
}
