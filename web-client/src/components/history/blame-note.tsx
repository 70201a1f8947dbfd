/**
 * Who wrote a property last, and when: a button beside the property, the answer in a small card.
 */

import { ActionIcon, Button, Loader, Popover, Text } from '@mantine/core';
import type { LastWrite } from '@protocol';
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNode, useView, useWorkspace } from '../../state/hooks.ts';
import { relativeTime } from '../../state/time.ts';
import { AuthorMark, authorName } from './author.tsx';
import { useBlame } from './blame-query.ts';
import classes from './history.module.css';
import { pastOf, showInHistory } from './past.ts';
import { momentOf } from './when.ts';

interface Props {
  readonly nodeId: string;
  /** A property of the node's type, or `name`. */
  readonly propertyId: string;
}

export function BlameNote({ nodeId, propertyId }: Props) {
  const { schema } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const type = useNode(nodeId)?.type ?? '';
  const label = propertyId === 'name' ? 'Name' : (schema.property(type, propertyId)?.name ?? propertyId);
  const question = `Who wrote this last: ${label}`;
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      width={260}
      withArrow
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={question}
          title={question}
          onClick={() => setOpen(!isOpen)}
        >
          <IconClock size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={question}>
        <Answer nodeId={nodeId} propertyId={propertyId} isOpen={isOpen} close={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Answer({ nodeId, propertyId, isOpen, close }: Props & { isOpen: boolean; close: () => void }) {
  const { data, error, isPending } = useBlame(nodeId, isOpen);
  if (error) return <Text size="sm">It is not known who wrote this: {error.message}</Text>;
  if (isPending) return <Loader size="xs" aria-label="Asking who wrote this" />;
  const written = data.properties[propertyId];
  if (!written) {
    return <Write write={data.existence} verb="Not written since the node was made" close={close} />;
  }
  const verb = written.value === null ? 'Deleted' : 'Written';
  return <Write write={written} verb={verb} close={close} />;
}

function Write({ write, verb, close }: { write: LastWrite; verb: string; close: () => void }) {
  const workspace = useWorkspace();
  const at = useView((view) => view.at);
  const name = useName(write);
  const isSince = at !== null && write.seq > at;
  return (
    <div className={classes.blame}>
      <Text size="sm" fw={500}>
        {verb}
        {write.restored && ' by an undo or redo'}
      </Text>
      <div className={classes.blamed}>
        <AuthorMark userId={write.by} name={name} />
        <span className={classes.what}>
          <span className={classes.summary}>{name}</span>
          <time className={classes.author} dateTime={write.at}>
            {relativeTime(Date.parse(write.at), Date.now())}
            <br />
            {momentOf(write.at)}
          </time>
        </span>
      </div>
      {isSince && <Text size="xs">That was after the moment that you are looking at.</Text>}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          close();
          void showInHistory(workspace, write.seq);
        }}
      >
        Show in history
      </Button>
    </div>
  );
}

/** What the author was called: a blame has the id alone, the history has the name. */
function useName({ by, seq }: LastWrite): string {
  const workspace = useWorkspace();
  const { data } = useQuery({
    queryKey: ['command', workspace.projectId, seq],
    queryFn: async ({ signal }) => (await pastOf(workspace).commandAt(seq, signal))?.author.name ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return authorName(workspace, by, data ?? undefined);
}
