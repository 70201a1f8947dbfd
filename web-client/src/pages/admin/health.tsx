/**
 * How it is with the parts of the server.
 */

import { Badge } from '@mantine/core';
import { useSystem } from '../../state/admin.ts';
import { componentsOf } from './components-of.ts';
import classes from './overview.module.css';
import { Unread } from './unread.tsx';

export function Health() {
  const system = useSystem();
  return (
    <section aria-labelledby="health-title" className={classes.section}>
      <h2 id="health-title" className={classes.heading}>
        Parts
      </h2>
      <Unread query={system} what="The parts of the server" />
      {system.data && (
        <ul className={classes.components}>
          {componentsOf(system.data).map(({ name, state, isGood }) => (
            <li key={name}>
              <Badge variant="light" color={isGood ? 'teal' : 'red'} tt="none">
                {name}: {state}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
