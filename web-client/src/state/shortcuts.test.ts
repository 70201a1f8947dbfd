/**
 * The table of shortcuts, and how keys are known.
 */

import { describe, expect, it } from 'vitest';
import {
  isApple,
  isPressed,
  labelsOf,
  PLACES,
  type Pressed,
  SHORTCUTS,
  shortcut,
  waysOf,
} from './shortcuts.ts';

function press(key: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]): Pressed {
  return {
    key,
    ctrlKey: held.includes('ctrl'),
    metaKey: held.includes('meta'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
  };
}

describe('the table', () => {
  it('names every shortcut once', () => {
    const ids = SHORTCUTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives no keys to two things in one place, nor to one that works anywhere', () => {
    for (const apple of [true, false]) {
      const taken = SHORTCUTS.flatMap((each) => waysOf(each, apple).map((way) => `${each.where}: ${way}`));
      expect(taken.filter((way, index) => taken.indexOf(way) !== index)).toEqual([]);
      const anywhere = new Set(
        SHORTCUTS.filter(({ where }) => where === 'anywhere').flatMap((each) => waysOf(each, apple)),
      );
      const elsewhere = SHORTCUTS.filter(({ where }) => where !== 'anywhere');
      expect(elsewhere.flatMap((each) => waysOf(each, apple)).filter((way) => anywhere.has(way))).toEqual([]);
    }
  });

  it('has at least one way for each, a name for each place, and says what each does', () => {
    for (const each of SHORTCUTS) {
      expect(each.keys.length).toBeGreaterThan(0);
      expect(PLACES[each.where]).toBeTruthy();
      expect(each.does).toMatch(/^[A-Z].*[^.]$/);
    }
  });
});

describe('a key', () => {
  it('is known with the modifier of the machine', () => {
    expect(isPressed('palette', press('k', 'ctrl'), false)).toBe(true);
    expect(isPressed('palette', press('k', 'meta'), false)).toBe(false);
    expect(isPressed('palette', press('k', 'meta'), true)).toBe(true);
    expect(isPressed('palette', press('k', 'ctrl'), true)).toBe(false);
  });

  it('is another one with more modifiers', () => {
    expect(isPressed('undo', press('Z', 'ctrl', 'shift'), false)).toBe(false);
    expect(isPressed('redo', press('Z', 'ctrl', 'shift'), false)).toBe(true);
    expect(isPressed('palette', press('k', 'ctrl', 'alt'), false)).toBe(false);
    expect(isPressed('rename', press('F2', 'shift'), false)).toBe(false);
  });

  it('is a sign whether Shift is needed for it or not', () => {
    expect(isPressed('help', press('?', 'shift'), false)).toBe(true);
    expect(isPressed('help', press('?'), false)).toBe(true);
    expect(isPressed('help', press('?', 'ctrl'), false)).toBe(false);
    expect(isPressed('help', press('/', 'ctrl', 'shift'), false)).toBe(true);
  });
});

describe('what is shown', () => {
  it('is what is printed on the keys', () => {
    expect(labelsOf('Mod+Shift+Z', true)).toEqual(['⌘', '⇧', 'Z']);
    expect(labelsOf('Mod+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(labelsOf('Alt+ArrowUp', false)).toEqual(['Alt', '↑']);
  });

  it('differs where a Mac has other keys', () => {
    expect(waysOf(shortcut('delete'), true)).toEqual(['Backspace', 'Delete']);
    expect(waysOf(shortcut('delete'), false)).toEqual(['Delete', 'Backspace']);
    expect(waysOf(shortcut('redo'), true)).toEqual(['Mod+Shift+Z']);
    expect(isApple('MacIntel')).toBe(true);
    expect(isApple('Linux x86_64')).toBe(false);
  });
});
