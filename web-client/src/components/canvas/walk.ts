/**
 * Where the arrow keys lead on the canvas.
 */

import type { Layout, Placed } from './layout.ts';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** What an arrow key does at a card. */
export type Step = { readonly to: string } | { readonly open: string } | null;

const ROLES = {
  right: { ArrowRight: 'deeper', ArrowLeft: 'higher', ArrowDown: 'next', ArrowUp: 'previous' },
  down: { ArrowDown: 'deeper', ArrowUp: 'higher', ArrowRight: 'next', ArrowLeft: 'previous' },
} as const;

/** Deeper is the first child, or opens the card; next and previous are the neighbours at the same depth. */
export function step(layout: Layout, from: string | undefined, arrow: Arrow): Step {
  const card = from === undefined ? undefined : layout.byId.get(from);
  if (!card) return layout.cards[0] ? { to: layout.cards[0].id } : null;
  switch (ROLES[layout.direction][arrow]) {
    case 'deeper':
      return deeper(layout, card);
    case 'higher':
      return card.parentId === null ? null : { to: card.parentId };
    case 'next':
      return neighbour(layout, card, 1);
    case 'previous':
      return neighbour(layout, card, -1);
  }
}

function deeper(layout: Layout, card: Placed): Step {
  if (card.hidden > 0) return { open: card.id };
  const child = layout.cards.find(({ parentId }) => parentId === card.id);
  return child ? { to: child.id } : null;
}

function neighbour(layout: Layout, card: Placed, by: 1 | -1): Step {
  const level = layout.cards.filter(({ depth }) => depth === card.depth);
  const other = level[level.indexOf(card) + by];
  return other ? { to: other.id } : null;
}

/** Whether a key is an arrow. */
export function isArrow(key: string): key is Arrow {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}
