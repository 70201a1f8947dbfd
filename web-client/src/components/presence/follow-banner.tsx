/**
 * Says whom this window follows, and ends it, where no canvas does.
 */

import { Button } from '@mantine/core';
import { useWorkspace } from '../../state/hooks.ts';
import { Face } from './face.tsx';
import classes from './presence.module.css';
import { useFollowed } from './use-following.ts';

export function FollowBanner() {
  const { view } = useWorkspace();
  const followed = useFollowed();
  if (!followed) return null;
  return (
    <div
      role="status"
      className={classes.following}
      style={{ '--their-color': followed.color } as React.CSSProperties}
    >
      <Face name={followed.name} color={followed.color} size={20} />
      <span>
        Following <b>{followed.name}</b>
      </span>
      <Button size="compact-xs" variant="subtle" onClick={() => view.setState({ following: null })}>
        Stop
      </Button>
    </div>
  );
}
