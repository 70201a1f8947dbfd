/**
 * Who is in a project now.
 */

import type { ProjectSummary } from '@protocol';
import { PersonAvatar } from '../../components/identity/person-avatar.tsx';
import { personName } from '../../state/person.ts';
import { usePeopleIn } from '../../state/projects.ts';
import classes from './people-in.module.css';

/** How many are shown one by one. */
const SHOWN = 4;

export function PeopleIn({ project, isWanted }: { project: ProjectSummary; isWanted: boolean }) {
  const people = usePeopleIn(project, isWanted) ?? [];
  const present = people.filter(({ status }) => status === 'active');
  if (present.length === 0) return <span className={classes.people} />;
  const names = present.map(({ user_id, name }) => personName(user_id, name));
  return (
    <span className={classes.people} title={`Here now: ${names.join(', ')}`}>
      {present.slice(0, SHOWN).map(({ user_id, name, color }) => (
        <PersonAvatar key={user_id} name={personName(user_id, name)} color={color} size={26} />
      ))}
      {present.length > SHOWN && <span className={classes.more}>+{present.length - SHOWN}</span>}
    </span>
  );
}
