/**
 * How many projects there are, in words.
 */

/** Nothing as long as it is not known, or where an empty page says it better. */
export function countLine(total: number | undefined, search: string): string {
  if (!total) return '';
  const count = total.toLocaleString('en');
  if (search) return `${count} found`;
  return total === 1 ? '1 project' : `${count} projects`;
}
