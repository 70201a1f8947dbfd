/**
 * The field that finds projects by a part of their name.
 */

import { CloseButton, Kbd, Loader, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { KeyboardEvent, Ref } from 'react';
import { focusRow } from './row-focus.ts';

interface Props {
  ref: Ref<HTMLInputElement>;
  text: string;
  onText: (text: string) => void;
  isBusy: boolean;
}

export function SearchBox({ ref, text, onText, isBusy }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      if (text) onText('');
      else event.currentTarget.blur();
    } else if (event.key === 'ArrowDown' && focusRow('first')) {
      event.preventDefault();
    }
  };
  return (
    <search>
      <TextInput
        ref={ref}
        type="search"
        aria-label="Search projects by name"
        aria-keyshortcuts="/"
        placeholder="Search by name"
        value={text}
        maxLength={256}
        leftSection={isBusy ? <Loader size={14} /> : <IconSearch size={16} />}
        rightSection={
          text ? (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => onText('')} />
          ) : (
            <Kbd size="xs" visibleFrom="sm">
              /
            </Kbd>
          )
        }
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </search>
  );
}
