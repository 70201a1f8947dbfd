/**
 * One line of the timeline: what was done, to what, by whom and when.
 */

import type { HistoryEntry } from '@protocol';
import { memo } from 'react';
import { useNode, useWorkspace } from '../../state/hooks.ts';
import { AuthorMark, authorName } from './author.tsx';
import classes from './history.module.css';
import { momentOf, timeOf } from './when.ts';

interface Props {
  readonly id: string;
  readonly entry: HistoryEntry;
  readonly isShown: boolean;
  /** Whether the keyboard is here. */
  readonly isActive: boolean;
  /** Whether it came after what is shown. */
  readonly isLater: boolean;
  readonly show: (entry: HistoryEntry) => void;
}

export const TimelineEntry = memo(function TimelineEntry(props: Props) {
  const { id, entry, isShown, isActive, isLater, show } = props;
  const workspace = useWorkspace();
  const author = authorName(workspace, entry.author.user_id, entry.author.name);
  const touched = touchedBy(useNode(entry.node_ids[0])?.name, entry);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list says which option is the active one
    <div
      id={id}
      role="option"
      aria-selected={isShown}
      className={classes.entry}
      data-active={isActive || undefined}
      data-later={isLater || undefined}
      title={`${entry.summary}\n${author}, ${momentOf(entry.at)}`}
      onClick={() => show(entry)}
    >
      <AuthorMark userId={entry.author.user_id} name={entry.author.name} />
      <span className={classes.what}>
        <span className={classes.summary}>{entry.summary}</span>
        <span className={classes.author}>
          {author}
          {touched && <span className={classes.touched}> · {touched}</span>}
        </span>
      </span>
      <time className={classes.time} dateTime={entry.at}>
        {timeOf(entry.at)}
      </time>
    </div>
  );
});

/** The nodes that it touched; the first by the name that it has in the graph that is shown. */
function touchedBy(name: string | undefined, { node_count, summary }: HistoryEntry): string {
  // Summaries of what is made and renamed have the name in them.
  if (!name || summary.includes(`"${name}"`)) return '';
  return node_count > 1 ? `${name} and ${node_count - 1} more` : name;
}
