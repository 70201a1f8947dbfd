/**
 * The name on a card, and the field that it is typed in.
 */

import { useEffect, useRef, useState } from 'react';
import type { GraphNode } from '../../core/index.ts';
import { rename } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { useBoard, useBoardStore } from './board.ts';
import classes from './card.module.css';

export function CardName({ node, canEdit }: { node: GraphNode; canEdit: boolean }) {
  const isNaming = useBoard(({ naming }) => naming === node.id);
  if (isNaming && canEdit) return <Field node={node} />;
  return (
    <div className={classes.name} title={node.name}>
      {node.name}
    </div>
  );
}

function Field({ node }: { node: GraphNode }) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const [text, setText] = useState(node.name);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, []);

  const end = (isKept: boolean, isByKey: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    const stage = field.current?.closest<HTMLElement>('.react-flow');
    if (isKept) void rename(workspace, node.id, text);
    if (board.getState().naming === node.id) board.setState({ naming: null });
    if (isByKey) stage?.focus({ preventScroll: true });
  };

  return (
    <input
      ref={field}
      className={`${classes.field} nodrag nopan nokey`}
      aria-label={`Name of ${node.name}`}
      maxLength={256}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(true, false)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') end(true, true);
        if (event.key === 'Escape') end(false, true);
      }}
    />
  );
}
