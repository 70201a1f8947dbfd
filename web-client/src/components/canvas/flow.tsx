/**
 * What a canvas stands in: its own state, and React Flow's.
 */

import '@xyflow/react/dist/base.css';

import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import type { Workspace } from '../../state/workspace.ts';
import { BoardContext, createBoard } from './board.ts';
import { firstOpen, isUntouched } from './opening.ts';
import { Stage } from './stage.tsx';

/** Projects that were opened here before keep what is open in them. */
const opened = new WeakSet<Workspace>();

export default function Flow() {
  const [board] = useState(createBoard);
  useFirstOpen();
  return (
    <BoardContext value={board}>
      <ReactFlowProvider>
        <Stage />
      </ReactFlowProvider>
    </BoardContext>
  );
}

/** Opens what fits as soon as the graph is here, unless somebody was faster. */
function useFirstOpen() {
  const workspace = useWorkspace();
  useEffect(() => {
    const { graph, view } = workspace;
    const open = () => {
      if (graph.size === 0 || opened.has(workspace)) return;
      opened.add(workspace);
      if (isUntouched(graph, view.getState().expanded)) view.setState({ expanded: firstOpen(graph) });
    };
    open();
    return graph.onAny(open);
  }, [workspace]);
}
