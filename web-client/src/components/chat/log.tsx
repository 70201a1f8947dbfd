/**
 * What was said, in its order, and what is being said.
 */

import { ActionIcon, Button, Loader } from '@mantine/core';
import type { MessageView } from '@protocol';
import { IconArrowDown } from '@tabler/icons-react';
import { Fragment, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { unreadOf } from '../../core/index.ts';
import type { Conversation } from '../../net/index.ts';
import { useTalk } from '../../state/chat-hooks.ts';
import { useView } from '../../state/hooks.ts';
import { who } from '../../state/who.ts';
import { dayName } from '../history/when.ts';
import { useNames } from './author.tsx';
import classes from './chat.module.css';
import { Entry } from './entry.tsx';
import { type Row, readersOf, rowsOf, type Said } from './rows.ts';
import { useEntryKeys } from './use-entry-keys.ts';
import { usePlace } from './use-place.ts';
import { useEarlier, useGoToNew, useOpening, useOwnGoesToEnd, useSeen } from './use-reading.ts';

interface Props {
  readonly conversation: Conversation;
  readonly editing: string | null;
  readonly onEdit: (messageId: string | null) => void;
  readonly onDelete: (message: MessageView) => void;
  readonly onLeave: () => void;
}

export function Log({ conversation, editing, onEdit, onDelete, onLeave }: Props) {
  const talk = useTalk(conversation);
  const me = useStore(who);
  const role = useView((view) => view.role);
  const names = useNames();
  const log = useRef<HTMLDivElement>(null);
  const opening = useOpening(conversation, talk, me.userId);
  const rows = useMemo(
    () => rowsOf(talk, { user_id: me.userId, name: me.name }, opening.newFrom),
    [talk, me.userId, me.name, opening.newFrom],
  );
  const { isAtEnd, remember, goToEnd, goTo } = usePlace(log, rows, editing);
  const earlier = useEarlier(conversation, log, rows, opening);
  useOwnGoesToEnd(talk.pending.at(-1)?.messageId, goToEnd);
  // Where it opens comes before what is seen there.
  useGoToNew(opening, goTo);
  useSeen(conversation, log, rows, opening);
  const actions = useMemo(() => ({ edit: onEdit, askToDelete: onDelete }), [onEdit, onDelete]);
  const said = useMemo(() => rows.filter((row): row is Said => row.kind === 'said'), [rows]);
  const mayEdit = (message?: MessageView) =>
    role !== 'viewer' && message?.author.user_id === me.userId && message.role === 'user';
  const mayDelete = (message?: MessageView) => role === 'owner' || mayEdit(message);
  const keys = useEntryKeys(log, said, {
    edit: (message) => mayEdit(message) && onEdit(message.message_id),
    delete: (message) => mayDelete(message) && onDelete(message),
    leave: onLeave,
  });
  const readers = readersOf(talk, me.userId);
  const readBy = readers.ids.map((id) =>
    names(talk.participants.find((one) => one.user_id === id) ?? { user_id: id }),
  );
  const unread = unreadOf(talk, me.userId);
  return (
    <div className={classes.logFrame}>
      <div
        ref={log}
        role="log"
        aria-label="Messages"
        // What comes is told apart: not each word of an answer, and not what is read of long ago.
        aria-live="off"
        aria-busy={earlier.isReading}
        className={classes.log}
        onScroll={() => {
          remember();
          earlier.look();
        }}
        onKeyDown={keys.onKeyDown}
        onFocus={keys.onFocus}
      >
        <Beginning isFirst={talk.first <= 1} isEmpty={rows.length === 0} {...earlier} />
        {rows.map((row) => (
          <Fragment key={row.name}>
            {row.kind === 'said' ? (
              <Entry
                {...row}
                conversation={conversation}
                isActive={keys.active === row.name}
                isEditing={row.message !== undefined && row.message.message_id === editing}
                mayEdit={mayEdit(row.message)}
                mayDelete={mayDelete(row.message)}
                readBy={readers.name === row.name ? readBy.join(', ') : ''}
                actions={actions}
              />
            ) : (
              <Divider row={row} />
            )}
          </Fragment>
        ))}
      </div>
      {!isAtEnd && (
        <ActionIcon
          className={classes.toEnd}
          variant="default"
          size={32}
          radius="xl"
          aria-label={
            unread > 0 ? `Go to the latest message, ${unread} not read` : 'Go to the latest message'
          }
          onClick={goToEnd}
        >
          <IconArrowDown size={16} />
        </ActionIcon>
      )}
    </div>
  );
}

function Divider({ row }: { row: Exclude<Row, Said> }) {
  if (row.kind === 'day') return <div className={classes.day}>{dayName(row.at)}</div>;
  return (
    <div className={classes.new} data-key={row.name}>
      New
    </div>
  );
}

interface BeginningProps {
  readonly isFirst: boolean;
  readonly isEmpty: boolean;
  readonly isReading: boolean;
  readonly failure: string | null;
  readonly read: () => void;
}

function Beginning({ isFirst, isEmpty, isReading, failure, read }: BeginningProps) {
  if (failure) {
    return (
      <div className={classes.beginning} role="alert">
        What was said earlier could not be read: {failure}{' '}
        <Button size="compact-xs" variant="light" onClick={read}>
          Try again
        </Button>
      </div>
    );
  }
  if (!isFirst) {
    return (
      <div className={classes.beginning}>
        {isReading && <Loader size={16} aria-label="Reading what was said earlier" />}
      </div>
    );
  }
  if (!isEmpty) return <div className={classes.beginning}>The conversation begins here</div>;
  return (
    <div className={classes.empty}>
      Nothing was said yet. What you write here is for everybody who may see the project.
    </div>
  );
}
