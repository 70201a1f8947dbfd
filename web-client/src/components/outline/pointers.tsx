/**
 * Where the others point, at the rows of the outline; at what stands for it, where a row is not shown.
 */

import { useParticipants, useWorkspace } from '../../state/hooks.ts';
import { type Rows, shownAt } from '../../state/outline-rows.ts';
import { commonRowsOf, understand } from '../../state/pointers.ts';
import { who } from '../../state/who.ts';
import { PointerMark } from '../presence/pointer-mark.tsx';
import classes from './pointers.module.css';
import { shareOfWidth } from './use-pointer.ts';

export function Pointers({ rows, rowHeight }: { readonly rows: Rows; readonly rowHeight: number }) {
  const { graph } = useWorkspace();
  const participants = useParticipants();
  const own = who.getState().userId;
  return [...participants.values()].map(({ user_id, name = user_id, color, cursor, status }) => {
    const place = user_id !== own && cursor && status === 'active' && understand(commonRowsOf(graph), cursor);
    const shown = place ? shownAt(rows, graph, place.id) : undefined;
    const at = shown === undefined ? undefined : rows.indexes.get(shown);
    if (!place || at === undefined) return null;
    const down = shown === place.id ? place.down : 0;
    return (
      <div
        key={user_id}
        className={classes.pointer}
        style={{ top: (at + 0.5 + down) * rowHeight, left: `${shareOfWidth(place.across) * 100}%` }}
        data-pointer={user_id}
        aria-hidden
      >
        <PointerMark name={name} color={color} isSmall />
      </div>
    );
  });
}
