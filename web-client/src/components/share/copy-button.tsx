/**
 * A button that copies a text, and says so.
 */

import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { copyText } from './copy-text.ts';

type State = 'ready' | 'copied' | 'refused';

const TEXTS: Readonly<Record<State, string>> = { ready: 'Copy', copied: 'Copied', refused: 'Press Ctrl+C' };

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const [state, setState] = useState<State>('ready');
  const copy = async () => setState((await copyText(text)) ? 'copied' : 'refused');
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={state === 'copied' ? <IconCheck size={14} /> : <IconCopy size={14} />}
      onClick={() => void copy()}
      onBlur={() => setState('ready')}
    >
      <span aria-live="polite">{state === 'ready' ? (label ?? TEXTS.ready) : TEXTS[state]}</span>
    </Button>
  );
}
