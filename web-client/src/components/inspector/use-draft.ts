/**
 * A field that is typed into: what is typed stays here until a pause, Enter, or the field is left; then it is written as one step.
 *
 * A value that others change meanwhile does not touch what is being typed; people are told and choose.
 */

import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { faultKey, faults, setFault } from '../../state/faults.ts';
import { type Draft, isOvertaken, shown, typed } from './draft.ts';
import { useWriting } from './use-writing.ts';
import { type Parsed, same } from './values.ts';

/** Who stops typing for so long has written something that others may see, in milliseconds. */
const PAUSE = 600;

export interface DraftOptions {
  readonly nodeId: string;
  readonly propertyId: string;
  /** The value that is there. */
  readonly stored: unknown;
  readonly parse: (text: string) => Parsed;
  readonly format: (value: unknown) => string;
  /** Whether a pause writes what was typed so far. */
  readonly writesOnPause: (value: unknown) => boolean;
  /** Whether Enter ends the input; in long texts it is a new line. */
  readonly endsOnEnter: boolean;
}

export interface DraftField {
  readonly text: string;
  readonly message: string | undefined;
  /** Whether there is nothing here that was not written. */
  readonly isUnchanged: boolean;
  readonly isOvertaken: boolean;
  type(text: string): void;
  takeTheirs(): void;
  readonly handlers: {
    onFocus(): void;
    onLeave(): void;
    onKeyDown(event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>): void;
  };
}

export function useDraft(options: DraftOptions): DraftField {
  const { nodeId, propertyId, stored, format } = options;
  const key = faultKey(nodeId, propertyId);
  const fault = useStore(faults, ({ all }) => all.get(key));
  const writeValue = useWriting(nodeId, propertyId);
  const [draft, setDraft] = useState<Draft | null>(null);
  const now = useRef({ draft, options });
  now.current.options = options;
  /** The value as it was when the field was entered. */
  const entered = useRef<unknown>(stored);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const become = useCallback((next: Draft | null) => {
    now.current.draft = next;
    setDraft(next);
  }, []);

  const commit = useCallback(
    (isPause: boolean) => {
      clearTimeout(timer.current);
      const { draft, options } = now.current;
      if (!draft?.isDirty) return;
      const parsed = options.parse(draft.text);
      if ('fault' in parsed) {
        setFault(key, { message: parsed.fault, text: draft.text });
        return;
      }
      const isHeld = isOvertaken(draft, options.stored) || !options.writesOnPause(parsed.value);
      if (isPause && isHeld) return;
      become({ text: draft.text, from: parsed.value, isDirty: false });
      if (same(parsed.value, options.stored)) setFault(key, null);
      else writeValue(parsed.value, draft.text);
    },
    [become, key, writeValue],
  );

  // What was typed is not lost with the field.
  useEffect(() => () => commit(false), [commit]);

  const revert = () => {
    clearTimeout(timer.current);
    const written = now.current.draft;
    become(null);
    setFault(key, null);
    const isOwn = written && !written.isDirty && same(written.from, stored);
    if (isOwn && !same(stored, entered.current)) writeValue(entered.current, format(entered.current));
  };

  return {
    text: shown(draft, stored, fault) ?? format(stored),
    message: fault?.message,
    isUnchanged: !draft?.isDirty && !fault,
    isOvertaken: isOvertaken(draft, stored),
    type(text) {
      become(typed(now.current.draft, text, stored));
      if (fault && !('fault' in options.parse(text))) setFault(key, null);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => commit(true), PAUSE);
    },
    takeTheirs() {
      clearTimeout(timer.current);
      become(null);
      setFault(key, null);
    },
    handlers: {
      onFocus() {
        entered.current = stored;
      },
      onLeave() {
        commit(false);
        if (!now.current.draft?.isDirty) become(null);
      },
      onKeyDown(event) {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape') {
          event.stopPropagation();
          revert();
        } else if (event.key === 'Enter' && (options.endsOnEnter || event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          commit(false);
        }
      },
    },
  };
}
