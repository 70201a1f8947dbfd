/**
 * What was done in the project, by whom, and the graph as it was. Where there is room, the graph stands beside it.
 */

import { CloseButton, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { EVERYTHING, Filters, isFiltered } from './filters.tsx';
import classes from './history.module.css';
import { PlaceBanner } from './place-banner.tsx';
import { RestoreDialog } from './restore.tsx';
import { TimeSlider } from './time-slider.tsx';
import { Timeline } from './timeline.tsx';
import { Versions } from './versions.tsx';

// The canvas is the largest part, and has no room in small windows.
const Canvas = lazy(() => import('../canvas/canvas.tsx').then((part) => ({ default: part.Canvas })));

/** From this width on, in pixels, the graph fits beside the history. */
const ROOM_FOR_GRAPH = 640;

export function HistoryPanel() {
  const { ref, width } = useElementSize();
  const hasGraph = width >= ROOM_FOR_GRAPH;
  return (
    <div ref={ref} className={classes.panel} data-graph={hasGraph || undefined}>
      <History />
      {hasGraph && (
        <div className={classes.graph}>
          <Suspense fallback={null}>
            <Canvas />
          </Suspense>
        </div>
      )}
      <RestoreDialog />
    </div>
  );
}

const TABS = [
  { value: 'timeline', label: 'Timeline' },
  { value: 'versions', label: 'Versions' },
];

function History() {
  const { view } = useWorkspace();
  const [tab, setTab] = useState('timeline');
  const [filter, setFilter] = useState(EVERYTHING);
  return (
    <div className={classes.history}>
      <div className={classes.head}>
        <SegmentedControl size="xs" data={TABS} value={tab} onChange={setTab} aria-label="History" />
        <span className={classes.space} />
        {tab === 'timeline' && <Filters filter={filter} choose={setFilter} />}
        <CloseButton
          size="sm"
          aria-label="Close the history"
          onClick={() => view.setState({ panel: 'graph' })}
        />
      </div>
      <TimeSlider />
      <PlaceBanner />
      {tab === 'timeline' ? <Timeline filter={filter} isFiltered={isFiltered(filter)} /> : <Versions />}
    </div>
  );
}
