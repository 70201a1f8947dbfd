/**
 * What happened last in a project, on one line.
 */

import type { HistoryEntry } from '@protocol';

export function changeLine({
  command_type,
  summary,
}: Pick<HistoryEntry, 'command_type' | 'summary'>): string {
  // The project's name stands beside it already.
  if (command_type === 'CreateProject') return 'Made the project';
  if (command_type === 'ImportProject') return 'Imported the project';
  return summary.slice(0, 1).toUpperCase() + summary.slice(1);
}
