/**
 * How nodes change places.
 */

import { describe, expect, it } from 'vitest';
import { graphOf, made } from './outline-fixture.ts';
import { canLand, indent, land, leftBy, outdent, shift, topmostOf } from './outline-moves.ts';

const tree = () => graphOf('root', '  a', '    a1', '  b', '    b1', '    b2', '  c', '  d');

describe('indenting', () => {
  it('puts a node last under the one above it', () => {
    const graph = tree();
    expect(made(graph, indent(graph, ['b']))).toEqual([
      'root',
      '  a',
      '    a1',
      '    b',
      '      b1',
      '      b2',
      '  c',
      '  d',
    ]);
  });

  it('puts several under the same node, in their order', () => {
    const graph = tree();
    const lines = made(graph, indent(graph, ['c', 'd']));
    expect(lines.slice(3)).toEqual(['  b', '    b1', '    b2', '    c', '    d']);
  });

  it('does nothing to a first node', () => {
    expect(indent(tree(), ['a'])).toEqual([]);
    expect(indent(tree(), ['root'])).toEqual([]);
  });
});

describe('outdenting', () => {
  it('puts nodes right behind their parent, in their order', () => {
    const graph = tree();
    expect(made(graph, outdent(graph, ['b1', 'b2'])).slice(3)).toEqual(['  b', '  b1', '  b2', '  c', '  d']);
  });

  it('makes no roots', () => {
    expect(outdent(tree(), ['a', 'root'])).toEqual([]);
  });

  it('takes what is below along, once', () => {
    const graph = graphOf('root', '  a', '    b', '      c');
    expect(made(graph, outdent(graph, ['b', 'c']))).toEqual(['root', '  a', '  b', '    c']);
  });
});

describe('moving among siblings', () => {
  const order = (ids: string[], by: 1 | -1) => {
    const graph = graphOf('root', '  a', '  b', '  c', '  d');
    return made(graph, shift(graph, ids, by))
      .slice(1)
      .join('')
      .replaceAll(' ', '');
  };

  it('changes places with the neighbour', () => {
    expect(order(['b'], -1)).toBe('bacd');
    expect(order(['b'], 1)).toBe('acbd');
  });

  it('keeps together what stands together', () => {
    expect(order(['b', 'c'], -1)).toBe('bcad');
    expect(order(['b', 'c'], 1)).toBe('adbc');
    expect(order(['a', 'b', 'c'], 1)).toBe('dabc');
  });

  it('moves each for itself where others are between', () => {
    expect(order(['b', 'd'], -1)).toBe('badc');
  });

  it('stays at the ends', () => {
    expect(order(['a', 'b'], -1)).toBe('abcd');
    expect(order(['d'], 1)).toBe('abcd');
  });
});

describe('landing', () => {
  it('goes before, behind and below a node', () => {
    const at = (where: 'before' | 'after' | 'below', id: string) => {
      const graph = tree();
      return made(graph, land(graph, ['d'], { where, id }))
        .join(' ')
        .replaceAll(/ +/g, ' ');
    };
    expect(at('before', 'a')).toBe('root d a a1 b b1 b2 c');
    expect(at('after', 'a')).toBe('root a a1 d b b1 b2 c');
    expect(at('below', 'b')).toBe('root a a1 b b1 b2 d c');
  });

  it('keeps the order of several nodes, wherever they come from', () => {
    const graph = tree();
    const lines = made(graph, land(graph, ['a1', 'b2', 'd'], { where: 'after', id: 'b1' }));
    expect(lines).toEqual(['root', '  a', '  b', '    b1', '    a1', '    b2', '    d', '  c']);
  });

  it('gathers nodes around one of themselves', () => {
    const graph = tree();
    const lines = made(graph, land(graph, ['a', 'c'], { where: 'after', id: 'c' }));
    expect(lines).toEqual(['root', '  b', '    b1', '    b2', '  a', '    a1', '  c', '  d']);
  });

  it('gathers all children of a node around the first of them', () => {
    const graph = graphOf('root', '  a', '  b', '  c', '    c1');
    expect(made(graph, land(graph, ['c1', 'a', 'b', 'c'], { where: 'before', id: 'a' }))).toEqual([
      'root',
      '  a',
      '  b',
      '  c',
      '    c1',
    ]);
  });

  it('is not below itself', () => {
    expect(canLand(tree(), ['b'], { where: 'below', id: 'b1' })).toBe(false);
    expect(canLand(tree(), ['b'], { where: 'after', id: 'b1' })).toBe(false);
    expect(canLand(tree(), ['b'], { where: 'below', id: 'b' })).toBe(false);
    expect(canLand(tree(), ['b'], { where: 'before', id: 'b' })).toBe(true);
    expect(land(tree(), ['b'], { where: 'below', id: 'b1' })).toEqual([]);
  });

  it('is not beside the only root', () => {
    expect(canLand(tree(), ['b'], { where: 'after', id: 'root' })).toBe(false);
    expect(canLand(graphOf('one', '  a', 'two'), ['a'], { where: 'after', id: 'one' })).toBe(true);
  });

  it('moves nothing that is there already', () => {
    expect(land(tree(), ['c'], { where: 'after', id: 'b' })).toEqual([]);
    expect(land(tree(), ['c'], { where: 'before', id: 'd' })).toEqual([]);
    expect(land(tree(), ['c'], { where: 'before', id: 'c' })).toEqual([]);
    expect(land(tree(), ['d'], { where: 'below', id: 'root' })).toEqual([]);
    expect(land(tree(), ['b1', 'b2'], { where: 'below', id: 'b' })).toEqual([]);
  });
});

describe('of some nodes', () => {
  it('the topmost are those below no other', () => {
    expect(topmostOf(tree(), ['b1', 'b', 'a1', 'b', 'gone'])).toEqual(['b', 'a1']);
  });
});

describe('what is selected once nodes are gone', () => {
  it('is the next, else the one before, else the one above', () => {
    expect(leftBy(tree(), ['b'])).toBe('c');
    expect(leftBy(tree(), ['c', 'd'])).toBe('b');
    expect(leftBy(tree(), ['b1', 'b2'])).toBe('b');
    expect(leftBy(tree(), ['b', 'b1'])).toBe('c');
    expect(leftBy(tree(), ['root'])).toBeUndefined();
  });
});
