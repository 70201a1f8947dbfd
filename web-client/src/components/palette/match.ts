/**
 * How well a text fits what was typed.
 */

/** Texts without what is told apart by marks and capitals alone. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words of what was typed. */
export function wordsOf(query: string): string[] {
  return plain(query).split(/\s+/).filter(Boolean);
}

/** How well a text fits; 0 if a word of the query is nowhere in it. Short texts fit better than long ones. */
export function fitOf(words: readonly string[], text: string): number {
  if (words.length === 0) return 0;
  const within = plain(text);
  let sum = 0;
  for (const word of words) {
    const one = fitOfWord(word, within);
    if (one === 0) return 0;
    sum += one;
  }
  return sum / words.length + 1 / (2 + within.length);
}

function fitOfWord(word: string, text: string): number {
  if (text === word) return 5;
  if (text.startsWith(word)) return 4;
  let fits = 0;
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[place - 1] ?? '')) return 3;
    fits = 2;
  }
  return fits;
}

/** What fits best first; of equals that which came first. */
export function best<Item>(
  items: Iterable<Item>,
  textOf: (item: Item) => string,
  query: string,
  limit: number,
): { item: Item; fit: number }[] {
  const words = wordsOf(query);
  const found: { item: Item; fit: number }[] = [];
  for (const item of items) {
    const how = fitOf(words, textOf(item));
    if (how > 0) found.push({ item, fit: how });
  }
  return found.sort((one, other) => other.fit - one.fit).slice(0, limit);
}
