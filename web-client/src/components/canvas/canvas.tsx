/**
 * The project as a graph.
 */

export function Canvas() {
  return null;
}
