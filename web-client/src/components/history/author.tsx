/**
 * Who did something: their letters in their colour.
 */

import { Box } from '@mantine/core';
import { useParticipants, useWorkspace } from '../../state/hooks.ts';
import { initials } from '../../state/person.ts';
import type { Workspace } from '../../state/workspace.ts';
import { colourOf } from './author-colour.ts';
import classes from './history.module.css';
import { pastOf } from './past.ts';

/** What people call somebody: as they are here, as they were when they acted, or the name of an account. */
export function authorName(workspace: Workspace, userId: string, then?: string): string {
  const here = workspace.session.presence.participants.get(userId)?.name;
  return here ?? then ?? pastOf(workspace).commands.names.get(userId) ?? shortened(userId);
}

/** Guests are named by the server's logs alone. */
function shortened(userId: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(userId) ? `Guest ${userId.slice(0, 4)}` : userId;
}

/** A mark beside a text that names the author: it says nothing to a screen reader. */
export function AuthorMark({ userId, name }: { userId: string; name?: string }) {
  const workspace = useWorkspace();
  const colour = useParticipants().get(userId)?.color ?? colourOf(userId);
  return (
    <Box component="span" className={classes.mark} __vars={{ '--author': colour }} aria-hidden>
      {initials(authorName(workspace, userId, name))}
    </Box>
  );
}
