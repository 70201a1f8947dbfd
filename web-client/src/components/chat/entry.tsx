/**
 * One line of the log: what was said, is being said, or waits to be sent. It stays the same line from the first to the last.
 */

import type { MessageView } from '@protocol';
import { memo, type ReactNode } from 'react';
import type { Conversation } from '../../net/index.ts';
import { timeOf } from '../history/when.ts';
import { AuthorDisc, useNames } from './author.tsx';
import classes from './chat.module.css';
import { EditForm } from './edit-form.tsx';
import { EntryMenu } from './entry-menu.tsx';
import { AnswerState, PendingState, QuestionState } from './entry-state.tsx';
import { askedOf } from './question.ts';
import type { Said } from './rows.ts';

export interface EntryActions {
  readonly edit: (messageId: string | null) => void;
  readonly askToDelete: (message: MessageView) => void;
}

interface Props extends Omit<Said, 'kind'> {
  readonly conversation: Conversation;
  /** Whether the keyboard comes here first. */
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  readonly readBy: string;
  readonly actions: EntryActions;
}

export const Entry = memo(function Entry(props: Props) {
  const { name, author, role, at, isFirst, message, pending, answer, conversation, isActive, readBy } = props;
  const called = useNames()(author);
  const who = role === 'assistant' ? 'Assistant' : called;
  const isDeleted = message?.deleted_at !== undefined;
  return (
    <article
      className={classes.entry}
      data-key={name}
      data-seq={message?.seq}
      data-first={isFirst || undefined}
      data-waits={pending ? '' : undefined}
      tabIndex={isActive ? 0 : -1}
      aria-label={at ? `${who}, ${timeOf(at)}` : `${who} is answering`}
      aria-busy={answer !== undefined || undefined}
    >
      <div className={classes.side}>{isFirst && <AuthorDisc author={author} role={role} />}</div>
      <div className={classes.body}>
        {isFirst && (
          <div className={classes.head}>
            <span className={classes.who}>{who}</span>
            {role === 'assistant' && <span className={classes.model}>{author.name}</span>}
            {at && <Time at={at} />}
          </div>
        )}
        <What {...props} />
        {!isDeleted && <AskedAbout metadata={message?.metadata ?? pending?.metadata} />}
        {message && <QuestionState conversation={conversation} message={message} />}
        {pending && <PendingState conversation={conversation} pending={pending} />}
        {answer && <AnswerState conversation={conversation} answer={answer} />}
        {readBy && <div className={classes.note}>Read by {readBy}</div>}
      </div>
      {message && !isDeleted && !props.isEditing && <EntryMenu {...props} message={message} />}
    </article>
  );
});

function What({ message, pending, answer, isEditing, conversation, actions }: Props): ReactNode {
  if (message?.deleted_at)
    return (
      <div className={classes.gone} data-text>
        This message was deleted
      </div>
    );
  if (message && isEditing) {
    return <EditForm conversation={conversation} message={message} onEnd={() => actions.edit(null)} />;
  }
  const text = message?.text ?? pending?.text ?? answer?.text;
  if (!text) return null;
  return (
    <div className={classes.text} data-text>
      {text}
      {message?.edited_at && (
        <span className={classes.edited} title={`Edited ${timeOf(message.edited_at)}`}>
          {' '}
          (edited)
        </span>
      )}
    </div>
  );
}

function Time({ at }: { at: string }) {
  return (
    <time className={classes.time} dateTime={at} title={new Date(at).toLocaleString()}>
      {timeOf(at)}
    </time>
  );
}

/** That somebody asked the assistant, and what about. */
function AskedAbout({ metadata }: { metadata: MessageView['metadata'] }) {
  const asked = askedOf(metadata);
  if (!asked) return null;
  return (
    <div className={classes.note}>
      {asked.about ? `Asked the assistant about “${asked.about.name}”` : 'Asked the assistant'}
    </div>
  );
}
