/**
 * What was done in the project, by whom, and the graph as it was.
 */

export function HistoryPanel() {
  return null;
}
