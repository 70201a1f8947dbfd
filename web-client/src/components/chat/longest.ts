/**
 * What the server takes at most, in characters.
 */

/** A message. */
export const LONGEST = 32_768;
/** The title of a conversation. */
export const LONGEST_TITLE = 200;
