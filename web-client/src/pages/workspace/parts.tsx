/**
 * The parts of an open project, each behind its own door.
 */

import { lazy } from 'react';
import { Inspector } from '../../components/inspector/inspector.tsx';
import { Outline } from '../../components/outline/outline.tsx';
import { useView } from '../../state/hooks.ts';
import { Panel } from './panel.tsx';

// The canvas is the largest part by far; the history and the chat are not always looked at.
const Canvas = lazy(() =>
  import('../../components/canvas/canvas.tsx').then((part) => ({ default: part.Canvas })),
);
const HistoryPanel = lazy(() =>
  import('../../components/history/history-panel.tsx').then((part) => ({ default: part.HistoryPanel })),
);

const ChatPanel = lazy(() =>
  import('../../components/chat/chat-panel.tsx').then((part) => ({ default: part.ChatPanel })),
);

export function OutlinePart() {
  return (
    <Panel name="The outline">
      <Outline />
    </Panel>
  );
}

export function MiddlePart() {
  const panel = useView((view) => view.panel);
  return panel === 'graph' ? (
    <Panel key="graph" name="The graph">
      <Canvas />
    </Panel>
  ) : (
    <Panel key="history" name="The history">
      <HistoryPanel />
    </Panel>
  );
}

export function InspectorPart() {
  return (
    <Panel name="The properties">
      <Inspector />
    </Panel>
  );
}

export function ChatPart({ isClosable = true }: { readonly isClosable?: boolean }) {
  return (
    <Panel name="The chat">
      <ChatPanel isClosable={isClosable} />
    </Panel>
  );
}
