/**
 * What can be done with a message.
 */

import { ActionIcon, Menu } from '@mantine/core';
import type { MessageView } from '@protocol';
import { IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { copyText } from '../share/copy-text.ts';
import classes from './chat.module.css';
import type { EntryActions } from './entry.tsx';

interface Props {
  readonly message: MessageView;
  readonly isActive: boolean;
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  readonly actions: EntryActions;
}

export function EntryMenu({ message, isActive, mayEdit, mayDelete, actions }: Props) {
  return (
    <Menu shadow="md" position="bottom-end" withinPortal returnFocus>
      <Menu.Target>
        <ActionIcon
          className={classes.more}
          variant="default"
          size={24}
          aria-label="More to do with this message"
          tabIndex={isActive ? 0 : -1}
        >
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copyText(message.text)}>
          Copy the text
        </Menu.Item>
        {mayEdit && (
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            rightSection={<span className={classes.key}>F2</span>}
            onClick={() => actions.edit(message.message_id)}
          >
            Edit
          </Menu.Item>
        )}
        {mayDelete && (
          <Menu.Item
            className={classes.danger}
            leftSection={<IconTrash size={15} />}
            rightSection={<span className={classes.key}>Del</span>}
            onClick={() => actions.askToDelete(message)}
          >
            Delete…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
