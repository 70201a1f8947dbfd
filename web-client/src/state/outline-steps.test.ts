/**
 * Where keys lead.
 */

import { describe, expect, it } from 'vitest';
import { graphOf } from './outline-fixture.ts';
import { rowsOf } from './outline-rows.ts';
import { leftOf, rightOf, stepFrom, typedAt } from './outline-steps.ts';

const graph = graphOf('root', '  brakes', '    pads', '  body', '  engine');
const open = new Set(['root']);
const rows = rowsOf(graph, open);

describe('up and down', () => {
  it('go to the next row and stay at the ends', () => {
    expect(stepFrom(rows, 'brakes', 'down', 10)).toBe('body');
    expect(stepFrom(rows, 'root', 'up', 10)).toBe('root');
    expect(stepFrom(rows, 'engine', 'down', 10)).toBe('engine');
  });

  it('go by pages and to the ends', () => {
    expect(stepFrom(rows, 'root', 'page-down', 2)).toBe('body');
    expect(stepFrom(rows, 'body', 'page-up', 20)).toBe('root');
    expect(stepFrom(rows, 'body', 'first', 2)).toBe('root');
    expect(stepFrom(rows, 'body', 'last', 2)).toBe('engine');
  });

  it('begin at an end where nothing is selected', () => {
    expect(stepFrom(rows, undefined, 'down', 2)).toBe('root');
    expect(stepFrom(rows, undefined, 'last', 2)).toBe('engine');
    expect(stepFrom(rowsOf(graphOf(), open), undefined, 'down', 2)).toBeUndefined();
  });
});

describe('right', () => {
  it('opens first and goes in then', () => {
    expect(rightOf(graph, open, 'brakes')).toEqual({ open: 'brakes' });
    expect(rightOf(graph, open, 'root')).toEqual({ go: 'brakes' });
  });

  it('does nothing where nothing is below, even if that is open', () => {
    expect(rightOf(graph, new Set(['body']), 'body')).toBeUndefined();
  });
});

describe('left', () => {
  it('closes first and goes out then', () => {
    expect(leftOf(graph, open, 'root')).toEqual({ close: 'root' });
    expect(leftOf(graph, open, 'brakes')).toEqual({ go: 'root' });
    expect(leftOf(graph, new Set(['root', 'body']), 'body')).toEqual({ go: 'root' });
  });

  it('does nothing at a closed root', () => {
    expect(leftOf(graph, new Set(), 'root')).toBeUndefined();
  });
});

describe('letters', () => {
  const typed = (from: string | undefined, text: string) => typedAt(rows, (id) => id, from, text);

  it('lead from one name to the next with the same first letter, and around', () => {
    expect(typed('root', 'b')).toBe('brakes');
    expect(typed('brakes', 'b')).toBe('body');
    expect(typed('brakes', 'bb')).toBe('body');
    expect(typed('body', 'B')).toBe('brakes');
  });

  it('stay at a name that more of them fit', () => {
    expect(typed('brakes', 'br')).toBe('brakes');
    expect(typed('brakes', 'bo')).toBe('body');
  });

  it('lead nowhere if no name that shows begins so', () => {
    expect(typed('root', 'p')).toBeUndefined();
    expect(typed(undefined, 'zz')).toBeUndefined();
  });
});
