/**
 * A line of the palette: a node with what is above it, or an action with its keys.
 */

import { useWorkspace } from '../../state/hooks.ts';
import { type Shortcut, shortcut, waysOf } from '../../state/shortcuts.ts';
import { Keys } from '../help/keys.tsx';
import type { Item } from './groups.ts';
import classes from './palette.module.css';

interface Props {
  readonly id: string;
  readonly item: Item;
  readonly isActive: boolean;
  readonly choose: (item: Item) => void;
  readonly point: (key: string) => void;
}

export function PaletteItem({ id, item, isActive, choose, point }: Props) {
  const { node, action } = item;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the field says which option is the active one
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={classes.item}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={() => isActive || point(item.key)}
      onClick={() => choose(item)}
    >
      {node && <OfNode name={node.name} type={node.type} path={node.path} />}
      {action && <OfAction label={action.label} keys={action.shortcut && shortcut(action.shortcut)} />}
    </div>
  );
}

function OfNode({ name, type, path }: { name: string; type: string; path: string }) {
  const { schema } = useWorkspace();
  return (
    <>
      <span className={classes.texts}>
        <span className={classes.label}>{name}</span>
        {path && <span className={classes.path}>{path}</span>}
      </span>
      <span className={classes.aside}>{schema.typeName(type)}</span>
    </>
  );
}

function OfAction({ label, keys }: { label: string; keys?: Shortcut }) {
  const way = keys && waysOf(keys)[0];
  return (
    <>
      <span className={classes.label}>{label}</span>
      {way && (
        <span className={classes.aside}>
          <Keys way={way} />
        </span>
      )}
    </>
  );
}
