/**
 * What can be done with a conversation as a whole.
 */

import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Conversation } from '../../net/index.ts';
import { useChat } from '../../state/chat-hooks.ts';
import { useView } from '../../state/hooks.ts';
import { Dialog } from '../dialog/dialog.tsx';
import classes from './chat.module.css';

export function ConversationMenu(props: { conversation: Conversation; onRename: () => void }) {
  const { conversation, onRename } = props;
  const role = useView((view) => view.role);
  const [isDeleting, setDeleting] = useState(false);
  const isOver = conversation.refusal !== undefined;
  if (isOver || (role !== 'owner' && role !== 'editor')) return null;
  return (
    <>
      <Menu shadow="md" position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={28} aria-label="More to do with this conversation">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={onRename}>
            Rename
          </Menu.Item>
          {role === 'owner' && (
            <Menu.Item
              className={classes.danger}
              leftSection={<IconTrash size={15} />}
              onClick={() => setDeleting(true)}
            >
              Delete…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isDeleting && <DeleteConversation conversation={conversation} close={() => setDeleting(false)} />}
    </>
  );
}

function DeleteConversation({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const chat = useChat();
  const [isUnderWay, setUnderWay] = useState(false);
  const run = async () => {
    setUnderWay(true);
    await chat.delete(conversation);
    close();
  };
  return (
    <Dialog onClose={close} title={`Delete “${conversation.talk.conversation.title}”?`} size="sm">
      <Text size="sm">All that was said in it goes with it, for everybody, and does not come back.</Text>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button color="red" loading={isUnderWay} onClick={() => void run()} data-autofocus>
          Delete
        </Button>
      </Group>
    </Dialog>
  );
}
