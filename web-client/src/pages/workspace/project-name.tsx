/**
 * The project's name, which a click lets one change.
 */

import { TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { renameProject } from '../../state/edits.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import classes from './header.module.css';

/** As long a name the server takes. */
const LONGEST = 256;

export function ProjectName() {
  const name = useView((view) => view.name);
  const isEditable = useView(canEdit);
  const [isRenaming, setRenaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    document.title = `${name} · Graphroom`;
    return () => {
      document.title = 'Graphroom';
    };
  }, [name]);
  if (isRenaming) {
    return (
      <NameInput
        name={name}
        onEnd={(isByKey) => {
          setRenaming(false);
          if (isByKey) requestAnimationFrame(() => button.current?.focus());
        }}
      />
    );
  }
  return (
    <h1 className={classes.title}>
      {isEditable ? (
        <Tooltip label="Rename the project" openDelay={500}>
          <UnstyledButton
            ref={button}
            className={classes.name}
            onClick={() => setRenaming(true)}
            aria-label={`${name}, rename the project`}
          >
            {name}
          </UnstyledButton>
        </Tooltip>
      ) : (
        <span className={classes.name}>{name}</span>
      )}
    </h1>
  );
}

function NameInput({ name, onEnd }: { readonly name: string; readonly onEnd: (isByKey: boolean) => void }) {
  const workspace = useWorkspace();
  const [text, setText] = useState(name);
  const isOver = useRef(false);
  const end = (isTaken: boolean, isByKey: boolean) => {
    // Leaving the field by a key also takes the focus from it.
    if (isOver.current) return;
    isOver.current = true;
    if (isTaken) void renameProject(workspace, text);
    onEnd(isByKey);
  };
  return (
    <TextInput
      className={classes.nameInput}
      size="xs"
      aria-label="Project name"
      autoFocus
      maxLength={LONGEST}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={() => end(true, false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') end(true, true);
        if (event.key === 'Escape') end(false, true);
      }}
    />
  );
}
