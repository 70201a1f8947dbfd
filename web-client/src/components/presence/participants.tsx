/**
 * Who is here: one disc a person, however many windows they have open.
 */

import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import type { Participant } from '@protocol';
import { IconEye, IconEyeOff, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { who } from '../../state/who.ts';
import { doing } from './doing.ts';
import { Face } from './face.tsx';
import { OwnName } from './own-name.tsx';
import classes from './presence.module.css';
import { useMe, usePresence } from './use-presence.ts';

/** `shown`: how many discs there are; the others are in a list. */
export function Participants({ shown = 5 }: { readonly shown?: number }) {
  const me = useMe();
  const people = usePresence((all) => [...all.values()].sort(byName(me)));
  const [isRenaming, setRenaming] = useState(false);
  const first = people.length > shown ? people.slice(0, shown - 1) : people;
  const rest = people.slice(first.length);
  const onRename = () => setRenaming(true);
  return (
    <>
      <ul
        className={classes.people}
        aria-label={people.length === 1 ? 'Only you are here' : `${people.length} people are here`}
      >
        {first.map((participant) => (
          <li key={participant.user_id}>
            <OneParticipant participant={participant} isMe={participant.user_id === me} onRename={onRename} />
          </li>
        ))}
        {rest.length > 0 && (
          <li>
            <Rest people={rest} me={me} onRename={onRename} />
          </li>
        )}
      </ul>
      <OwnName isOpen={isRenaming} onClose={() => setRenaming(false)} />
    </>
  );
}

interface OneProps {
  readonly participant: Participant;
  readonly isMe: boolean;
  readonly onRename: () => void;
}

function OneParticipant({ participant, isMe, onRename }: OneProps) {
  const isFollowed = useView((view) => view.following) === participant.user_id;
  const said = useSaid(participant, isMe);
  return (
    <Menu shadow="md" position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={said} multiline maw={260}>
          <UnstyledButton
            className={classes.person}
            aria-label={said}
            data-followed={isFollowed || undefined}
          >
            <Face
              name={nameOf(participant)}
              color={participant.color}
              isAway={participant.status === 'away'}
            />
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label maw={260}>{said}</Menu.Label>
        <Choices participant={participant} isMe={isMe} onRename={onRename} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Rest({
  people,
  me,
  onRename,
}: {
  people: readonly Participant[];
  me: string;
  onRename: () => void;
}) {
  return (
    <Menu shadow="md" position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.person} aria-label={`${people.length} more people`}>
          <span className={classes.rest} data-count={people.length} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: 'auto' }}>
        {people.map((participant) => (
          <RestLine
            key={participant.user_id}
            participant={participant}
            isMe={participant.user_id === me}
            onRename={onRename}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function RestLine(props: OneProps) {
  return (
    <>
      <Menu.Label maw={260}>{useSaid(props.participant, props.isMe)}</Menu.Label>
      <Choices {...props} />
    </>
  );
}

function Choices({ participant, isMe, onRename }: OneProps) {
  const { view } = useWorkspace();
  const following = useView((now) => now.following);
  const isBelieved = useStore(who, ({ token }) => token === undefined);
  if (isMe) {
    return isBelieved ? (
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={onRename}>
        Change your name
      </Menu.Item>
    ) : null;
  }
  const isFollowed = following === participant.user_id;
  return (
    <Menu.Item
      leftSection={isFollowed ? <IconEyeOff size={16} /> : <IconEye size={16} />}
      onClick={() => view.setState({ following: isFollowed ? null : participant.user_id })}
    >
      {isFollowed ? 'Stop following' : `Follow ${nameOf(participant)}`}
    </Menu.Item>
  );
}

/** "Ada, editing Cost of ‘Brakes’". */
function useSaid(participant: Participant, isMe: boolean): string {
  const { graph, schema } = useWorkspace();
  const name = nameOf(participant);
  if (!isMe) return `${name}, ${doing(participant, graph, schema)}`;
  const windows = participant.connections.length;
  return windows > 1 ? `${name} (you, in ${windows} windows)` : `${name} (you)`;
}

function nameOf({ name, user_id }: Participant): string {
  return name ?? user_id;
}

/** Others by their names, who is away behind them, this person last. */
function byName(me: string) {
  return (one: Participant, other: Participant) =>
    Number(one.user_id === me) - Number(other.user_id === me) ||
    Number(one.status === 'away') - Number(other.status === 'away') ||
    nameOf(one).localeCompare(nameOf(other)) ||
    (one.user_id < other.user_id ? -1 : 1);
}
