/**
 * Who said something: a disc, and what people call them.
 */

import type { MessageAuthor, MessageView } from '@protocol';
import { IconSparkles } from '@tabler/icons-react';
import { useParticipants } from '../../state/hooks.ts';
import { personName } from '../../state/person.ts';
import { colourOf } from '../history/author-colour.ts';
import { Face } from '../presence/face.tsx';
import classes from './chat.module.css';

/** Names people as they are called now, or were when they wrote. */
export function useNames(): (author: MessageAuthor) => string {
  const here = useParticipants();
  return ({ user_id, name }) => personName(user_id, here.get(user_id)?.name ?? name);
}

export function AuthorDisc({ author, role }: { author: MessageAuthor; role: MessageView['role'] }) {
  const colour = useParticipants().get(author.user_id)?.color ?? colourOf(author.user_id);
  const name = useNames()(author);
  if (role === 'user') return <Face name={name} color={colour} size={26} />;
  return (
    <span className={classes.assistant} aria-hidden>
      <IconSparkles size={15} />
    </span>
  );
}
