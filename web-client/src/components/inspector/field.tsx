/**
 * What stands around the editor of a property: who else is at it, and what others made of it meanwhile.
 */

import { Button } from '@mantine/core';
import { type FocusEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { BlameNote } from '../history/blame-note.tsx';
import { Face } from '../presence/face.tsx';
import { useEditors } from '../presence/use-presence.ts';
import classes from './inspector.module.css';

interface FieldProps {
  readonly nodeId: string;
  readonly propertyId: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  /** The field and all that belongs to it was left. */
  readonly onLeave?: () => void;
}

export function Field({ nodeId, propertyId, children, note, onLeave }: FieldProps) {
  const frame = useRef<HTMLDivElement>(null);
  const editors = useEditors(nodeId, propertyId);
  const setEditing = useSayEditing(nodeId, propertyId);
  const first = editors[0];
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && frame.current?.contains(relatedTarget)) return;
    setEditing(false);
    onLeave?.();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices where the focus is
    <div
      ref={frame}
      className={classes.field}
      data-property={propertyId}
      data-edited={first ? true : undefined}
      style={first && ({ '--their-color': first.color } as React.CSSProperties)}
      onFocus={() => setEditing(true)}
      onBlur={leave}
    >
      {children}
      <span className={classes.blame}>
        <BlameNote nodeId={nodeId} propertyId={propertyId} />
      </span>
      {first && (
        <span className={classes.editors}>
          {editors.slice(0, 3).map(({ userId, name, color }) => (
            <Face key={userId} name={name} color={color} size={16} />
          ))}
          {editors.length === 1 ? `${first.name} is editing` : `${editors.length} people are editing`}
        </span>
      )}
      {note}
    </div>
  );
}

/** Tells the others what is being edited here, as long as it is. */
function useSayEditing(nodeId: string, propertyId: string) {
  const { session } = useWorkspace();
  const [isEditing, setEditing] = useState(false);
  useEffect(() => {
    if (!isEditing) return;
    session.presence.set({ editing: { node_id: nodeId, property_id: propertyId } });
    return () => session.presence.set({ editing: null });
  }, [isEditing, session, nodeId, propertyId]);
  return setEditing;
}

interface OvertakenProps {
  readonly by: string | undefined;
  readonly value: string;
  readonly onTake: () => void;
}

/** Somebody changed what is being edited. */
export function Overtaken({ by, value, onTake }: OvertakenProps) {
  return (
    <div role="status" className={classes.note}>
      <span>
        {by ? `${by} changed this to ` : 'This was changed to '}
        <b>{value}</b>
      </span>
      <Button
        size="compact-xs"
        variant="light"
        // The focus stays in the field: leaving it would write what is in it.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onTake}
      >
        Take theirs
      </Button>
    </div>
  );
}
