/** The head of a part that is searched: what it is called, how much there is, and where to type. */

import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './page.module.css';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** How much there is. */
  readonly children: ReactNode;
}

export function SearchBar({ id, title, placeholder, text, onText, children }: Props) {
  return (
    <div className={classes.bar}>
      <Text component="h2" id={id} fw={600}>
        {title}
      </Text>
      <Text size="sm" c="dimmed" className={classes.barText} aria-live="polite">
        {children}
      </Text>
      <TextInput
        size="xs"
        w="16rem"
        placeholder={placeholder}
        aria-label={`Search the ${title.toLowerCase()}`}
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    </div>
  );
}
