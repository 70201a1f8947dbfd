/**
 * What keys mean.
 */

import { describe, expect, it } from 'vitest';
import { type Action, actionOf, type Mode } from './outline-keys.ts';

const working: Mode = { canEdit: true, tabLeaves: false, isTyping: false };

/** Reads `Ctrl+Shift+Enter`. */
function press(keys: string, mode: Partial<Mode> = {}): Action | undefined {
  const held = keys.split('+');
  const key = held.pop() ?? '';
  const [ctrl, alt, shift] = ['Ctrl', 'Alt', 'Shift'].map((name) => held.includes(name));
  return actionOf({ key, ctrl: ctrl!, alt: alt!, shift: shift! }, { ...working, ...mode });
}

describe('keys', () => {
  it.each([
    ['Enter', 'add-beside'],
    ['Ctrl+Enter', 'add-below'],
    ['Tab', 'indent'],
    ['Shift+Tab', 'outdent'],
    ['Alt+ArrowRight', 'indent'],
    ['Alt+ArrowLeft', 'outdent'],
    ['Alt+ArrowUp', 'move-up'],
    ['Alt+ArrowDown', 'move-down'],
    ['F2', 'rename'],
    ['Delete', 'delete'],
    ['Backspace', 'delete'],
  ])('%s is to %s', (keys, edit) => {
    expect(press(keys)).toEqual({ do: 'edit', edit });
    expect(press(keys, { canEdit: false })).toBeUndefined();
  });

  it('with arrows go, and with Shift they select on the way', () => {
    expect(press('ArrowDown')).toEqual({ do: 'go', way: 'down', extends: false });
    expect(press('Shift+ArrowUp')).toEqual({ do: 'go', way: 'up', extends: true });
    expect(press('Shift+End')).toEqual({ do: 'go', way: 'last', extends: true });
    expect(press('ArrowRight')).toEqual({ do: 'right' });
    expect(press('ArrowLeft', { canEdit: false })).toEqual({ do: 'left' });
  });

  it('leave Tab to the page where it is to leave, or nothing can be edited', () => {
    expect(press('Tab', { tabLeaves: true })).toBeUndefined();
    expect(press('Shift+Tab', { tabLeaves: true })).toBeUndefined();
    expect(press('Tab', { canEdit: false })).toBeUndefined();
    expect(press('Escape')).toEqual({ do: 'leave' });
  });

  it('leave alone what belongs to the page and the browser', () => {
    for (const keys of [
      'Ctrl+z',
      'Ctrl+k',
      'Ctrl+Shift+z',
      '?',
      'Alt+d',
      'F5',
      'Ctrl+Tab',
      'Ctrl+ArrowDown',
    ]) {
      expect(press(keys), keys).toBeUndefined();
    }
  });

  it('that are letters and digits of any script find names', () => {
    expect(press('ä')).toEqual({ do: 'type', text: 'ä' });
    expect(press('Shift+B')).toEqual({ do: 'type', text: 'B' });
    expect(press('7')).toEqual({ do: 'type', text: '7' });
    expect(press('*')).toEqual({ do: 'open-siblings' });
  });

  it('take a blank only into a name that was begun', () => {
    expect(press(' ')).toBeUndefined();
    expect(press(' ', { isTyping: true })).toEqual({ do: 'type', text: ' ' });
  });
});
