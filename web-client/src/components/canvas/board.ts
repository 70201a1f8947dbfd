/**
 * What the canvas keeps for itself while it shows: what is being dragged, named or added, and which way the tree grows. Nothing
 * of the graph is here.
 */

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Direction } from './layout.ts';
import type { Peer } from './peers.ts';

export interface Drag {
  /** The card in the hand. */
  readonly id: string;
  /** What moves with it: all that is selected, if it is. */
  readonly ids: readonly string[];
  readonly x: number;
  readonly y: number;
}

export interface Board {
  readonly direction: Direction;
  /** The card whose name is being typed. */
  readonly naming: string | null;
  /** The card that shows what can be added below it. */
  readonly adding: string | null;
  /** The card that was opened or closed last: it stays where it is on the screen. */
  readonly anchor: string | null;
  /** The blocking relation that is selected, by its id. */
  readonly relation: string | null;
  readonly drag: Drag | null;
  /** The card that would take what is dragged, and whether the template has it there. */
  readonly drop: { readonly id: string; readonly isUsual: boolean } | null;
  /** Who else selected which card. */
  readonly rings: ReadonlyMap<string, readonly Peer[]>;
}

const KEY = 'graphroom-canvas-direction';

export function createBoard(): StoreApi<Board> {
  return createStore<Board>(() => ({
    direction: keptDirection(),
    naming: null,
    adding: null,
    anchor: null,
    relation: null,
    drag: null,
    drop: null,
    rings: new Map(),
  }));
}

export const BoardContext = createContext<StoreApi<Board> | null>(null);

export function useBoardStore(): StoreApi<Board> {
  const board = useContext(BoardContext);
  if (!board) throw new Error('there is no canvas here');
  return board;
}

export function useBoard<Part>(select: (board: Board) => Part): Part {
  return useStore(useBoardStore(), select);
}

/** Lets the tree grow the other way, now and the next time. */
export function turn(board: StoreApi<Board>): void {
  const direction: Direction = board.getState().direction === 'right' ? 'down' : 'right';
  board.setState({ direction });
  try {
    localStorage.setItem(KEY, direction);
  } catch {
    // Without storage it is as before the next time.
  }
}

function keptDirection(): Direction {
  try {
    return localStorage.getItem(KEY) === 'down' ? 'down' : 'right';
  } catch {
    return 'right';
  }
}
