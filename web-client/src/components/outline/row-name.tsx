/**
 * A node's name in its row: to be read, or to be written.
 */

import { useEffect, useRef } from 'react';
import { rename } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { moveAll } from '../../state/outline-edits.ts';
import { indent, outdent } from '../../state/outline-moves.ts';
import classes from './row.module.css';

export function RowName({ name }: { name: string }) {
  return (
    <span className={classes.name} title={name.length > 24 ? name : undefined}>
      {name}
    </span>
  );
}

/** Enter and going elsewhere keep what was written, Escape does not; Tab indents as it does outside. */
export function NameInput({ id, name }: { id: string; name: string }) {
  const workspace = useWorkspace();
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
    // An effect may run twice.
    isDone.current = false;
  }, []);
  useEffect(() => {
    const { presence } = workspace.session;
    presence.set({ editing: { node_id: id, property_id: 'name' } });
    return () => presence.set({ editing: null });
  }, [workspace, id]);

  const keep = () => void rename(workspace, id, input.current?.value ?? '');
  const end = (isKept: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    if (isKept) keep();
    // Another name may have been begun by then.
    if (workspace.view.getState().renaming === id) workspace.view.setState({ renaming: null });
  };
  const leave = (isKept: boolean) => {
    const tree = input.current?.closest<HTMLElement>('[role="tree"]');
    end(isKept);
    tree?.focus({ preventScroll: true });
  };
  return (
    <input
      ref={input}
      className={classes.input}
      defaultValue={name}
      aria-label="Name"
      maxLength={1000}
      autoComplete="off"
      spellCheck={false}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        // The key that ends the composition of a character is no command.
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter' || event.key === 'Escape') {
          event.preventDefault();
          leave(event.key === 'Enter');
        } else if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) {
          event.preventDefault();
          keep();
          void moveAll(workspace, (event.shiftKey ? outdent : indent)(workspace.graph, [id]));
        }
      }}
    />
  );
}
