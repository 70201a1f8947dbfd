import { expect, it } from 'vitest';
import { stepOf } from './shortcuts.ts';

function press(keys: string) {
  const parts = keys.split('+');
  return stepOf({
    key: parts.at(-1) ?? '',
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Cmd'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  });
}

it('knows the keys of both worlds', () => {
  expect(press('Ctrl+z')).toBe('undo');
  expect(press('Cmd+z')).toBe('undo');
  expect(press('Ctrl+Shift+Z')).toBe('redo');
  expect(press('Cmd+Shift+Z')).toBe('redo');
  expect(press('Ctrl+y')).toBe('redo');
});

it('leaves other keys alone', () => {
  for (const keys of ['z', 'Shift+Z', 'Alt+Ctrl+z', 'Ctrl+x', 'Cmd+y', 'Ctrl+Cmd+z', 'Ctrl+Shift+Y']) {
    expect(press(keys)).toBeNull();
  }
});
