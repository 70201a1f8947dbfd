/**
 * A button that asks for a project file.
 */

import { Button, type ButtonProps } from '@mantine/core';
import { useRef } from 'react';

interface Props extends ButtonProps {
  onFiles: (files: readonly File[]) => void;
}

export function FileButton({ onFiles, ...button }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
