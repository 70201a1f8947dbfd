/**
 * What is being typed into a field, beside the value that is there. Pure.
 */

import type { Fault } from '../../state/faults.ts';
import { same } from './values.ts';

export interface Draft {
  readonly text: string;
  /** The value that it began with, or that it was last written as. */
  readonly from: unknown;
  /** Whether it says something that was not written yet. */
  readonly isDirty: boolean;
}

/** What a field shows; null is the value that is there. */
export function shown(draft: Draft | null, stored: unknown, fault: Fault | undefined): string | null {
  if (draft && (draft.isDirty || same(draft.from, stored))) return draft.text;
  return fault?.text ?? null;
}

/** What is typed next. */
export function typed(draft: Draft | null, text: string, stored: unknown): Draft {
  return { text, from: draft?.isDirty ? draft.from : stored, isDirty: true };
}

/** Whether the value changed beneath what is being typed. */
export function isOvertaken(draft: Draft | null, stored: unknown): boolean {
  return draft?.isDirty === true && !same(draft.from, stored);
}
