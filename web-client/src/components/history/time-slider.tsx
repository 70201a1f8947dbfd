/**
 * A way through the journal from its first event to its last. Where it is let go, the graph is shown as it was.
 */

import { ActionIcon, Box } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { useWorkspace } from '../../state/hooks.ts';
import classes from './history.module.css';
import { pastOf } from './past.ts';
import { useHead } from './use-head.ts';
import { versionsOf } from './version-query.ts';
import { momentOf } from './when.ts';

/** How long the slider has to rest before anything is read, in milliseconds. */
const REST = 120;

export function TimeSlider() {
  const past = pastOf(useWorkspace());
  const { wanted, command } = useStore(past.store);
  const head = useHead();
  const value = Math.min(wanted ?? head, head);
  const text =
    wanted === null ? 'Now' : `Step ${value} of ${head}${command ? `, ${momentOf(command.at)}` : ''}`;
  return (
    <div className={classes.slider}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="One step back"
        disabled={value <= 1}
        onClick={() => void past.step(-1)}
      >
        <IconChevronLeft size={18} />
      </ActionIcon>
      <div className={classes.track}>
        <Marks head={head} />
        <Box
          component="input"
          type="range"
          className={classes.range}
          min={1}
          max={Math.max(head, 1)}
          step={1}
          value={value}
          disabled={head <= 1}
          aria-label="Place in the history"
          aria-valuetext={text}
          __vars={{ '--part': String(head > 1 ? (value - 1) / (head - 1) : 1) }}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
            void past.go(event.currentTarget.valueAsNumber, REST)
          }
        />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="One step on"
        disabled={wanted === null}
        onClick={() => void past.step(1)}
      >
        <IconChevronRight size={18} />
      </ActionIcon>
    </div>
  );
}

/** Where the places are that have names. The list of versions says the same in words. */
function Marks({ head }: { head: number }) {
  const { data } = useQuery(versionsOf(useWorkspace().projectId));
  if (head <= 1) return null;
  return data?.versions.map(({ version_id, name, seq }) => (
    <Box
      component="span"
      key={version_id}
      className={classes.tick}
      __vars={{ '--part': String((seq - 1) / (head - 1)) }}
      title={name}
      aria-hidden
    />
  ));
}
