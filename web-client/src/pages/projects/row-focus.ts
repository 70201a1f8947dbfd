/**
 * Goes from project to project by the keyboard.
 */

/** Marks the link of each row. */
export const ROW = 'data-project-row';

/** Focuses a row, seen from the one that has the focus; whether there was one. */
export function focusRow(which: 'first' | 'last' | 'next' | 'previous'): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(`[${ROW}]`)];
  const here = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement));
  const places = { first: 0, last: rows.length - 1, next: here + 1, previous: here - 1 };
  const row = rows[places[which]];
  row?.focus();
  return row !== undefined;
}
