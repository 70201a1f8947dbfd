/**
 * The colour of somebody who is not here: the one that the server gives to who chose none.
 */

/** The server's list, in its order. */
const COLOURS = [
  '#d6336c',
  '#e8590c',
  '#b08900',
  '#5c940d',
  '#2b8a3e',
  '#0b7285',
  '#1971c2',
  '#364fc7',
  '#6741d9',
  '#9c36b5',
  '#a61e4d',
  '#5f3dc4',
] as const;

export function colourOf(userId: string): string {
  // FNV-1a over 64 bits, as the server has it.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(userId)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return COLOURS[Number(hash % BigInt(COLOURS.length))] ?? COLOURS[0];
}
