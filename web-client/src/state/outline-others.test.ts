/**
 * Who is at which node.
 */

import type { Participant } from '@protocol';
import { describe, expect, it } from 'vitest';
import { othersOf } from './outline-others.ts';

const at = (user_id: string, doing: Partial<Participant> = {}): Participant => ({
  user_id,
  name: user_id.toUpperCase(),
  color: '#123456',
  status: 'active',
  connections: [],
  ...doing,
});

describe('the others', () => {
  it('are at what they selected and at what they edit', () => {
    const others = othersOf([at('ada', { selection: ['x'], editing: { node_id: 'y' } })], 'me', new Map());
    expect([...others.keys()]).toEqual(['x', 'y']);
    expect(others.get('x')).toEqual([{ userId: 'ada', name: 'ADA', color: '#123456', isEditing: false }]);
    expect(others.get('y')?.[0]?.isEditing).toBe(true);
  });

  it('do not include oneself', () => {
    expect(othersOf([at('me', { selection: ['x'] })], 'me', new Map()).size).toBe(0);
  });

  it('are once at a node that they both selected and edit', () => {
    const others = othersOf([at('ada', { selection: ['x'], editing: { node_id: 'x' } })], 'me', new Map());
    expect(others.get('x')).toHaveLength(1);
    expect(others.get('x')?.[0]?.isEditing).toBe(true);
  });

  it('are the same again when only a pointer moved', () => {
    const before = othersOf([at('ada', { selection: ['x'] })], 'me', new Map());
    const moved = at('ada', { selection: ['x'], cursor: { x: 1, y: 2 } });
    expect(othersOf([moved], 'me', before)).toBe(before);
  });

  it('change only where somebody came or went', () => {
    const before = othersOf(
      [at('ada', { selection: ['x'] }), at('bob', { selection: ['y'] })],
      'me',
      new Map(),
    );
    const now = othersOf([at('ada', { selection: ['x'] }), at('bob', { selection: ['z'] })], 'me', before);
    expect(now.get('x')).toBe(before.get('x'));
    expect(now.has('y')).toBe(false);
    expect(now.get('z')).toHaveLength(1);
    expect(othersOf([], 'me', now).size).toBe(0);
  });

  it('go by their ids where they have no name', () => {
    const others = othersOf([{ ...at('ada', { selection: ['x'] }), name: undefined }], 'me', new Map());
    expect(others.get('x')?.[0]?.name).toBe('ada');
  });
});
