/**
 * The parts side by side; with less room the properties come as a drawer over the middle.
 */

import { CloseButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { FollowBanner } from '../../components/presence/follow-banner.tsx';
import { useView } from '../../state/hooks.ts';
import classes from './layout.module.css';
import { ChatPart, InspectorPart, MiddlePart, OutlinePart } from './parts.tsx';
import { Resizer } from './resizer.tsx';
import { useWidths } from './use-room.ts';

interface ColumnsProps {
  readonly isDrawer: boolean;
  readonly isInspectorOpen: boolean;
  readonly onCloseInspector: () => void;
  readonly isChatOpen: boolean;
}

export function Columns({ isDrawer, isInspectorOpen, onCloseInspector, isChatOpen }: ColumnsProps) {
  const panel = useView((view) => view.panel);
  const [widths, setWidths] = useWidths();
  const hasColumn = isInspectorOpen && !isDrawer;
  const hasChat = isChatOpen && !isDrawer;
  const style = {
    '--outline': `${widths.outline}px`,
    '--inspector': `${widths.inspector}px`,
    '--chat': `${widths.chat}px`,
  } as React.CSSProperties;
  return (
    <main
      className={classes.columns}
      data-with-inspector={hasColumn || undefined}
      data-with-chat={hasChat || undefined}
      style={style}
    >
      <section className={classes.column} id="outline" tabIndex={-1} aria-label="Outline">
        <OutlinePart />
      </section>
      <Resizer
        label="Width of the outline"
        side="left"
        width={widths.outline}
        onResize={(outline) => setWidths({ outline })}
      />
      <section className={classes.column} aria-label={panel === 'graph' ? 'Graph' : 'History'}>
        <MiddlePart />
      </section>
      {panel !== 'graph' && <FollowBanner />}
      {hasColumn && (
        <>
          <Resizer
            label="Width of the properties"
            side="right"
            width={widths.inspector}
            onResize={(inspector) => setWidths({ inspector })}
          />
          <section className={classes.column} id="properties" tabIndex={-1} aria-label="Properties">
            <InspectorPart />
          </section>
        </>
      )}
      {hasChat && (
        <>
          <Resizer
            label="Width of the chat"
            side="right"
            width={widths.chat}
            onResize={(chat) => setWidths({ chat })}
          />
          <section className={classes.column} id="chat" tabIndex={-1} aria-label="Chat">
            <ChatPart />
          </section>
        </>
      )}
      {isDrawer && isChatOpen && (
        <section className={classes.drawer} id="chat" tabIndex={-1} aria-label="Chat">
          <ChatPart />
        </section>
      )}
      {isDrawer && isInspectorOpen && <Drawer onClose={onCloseInspector} />}
    </main>
  );
}

/** Not modal: other nodes can be selected while it is open. */
function Drawer({ onClose }: { readonly onClose: () => void }) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <section
      className={classes.drawer}
      id="properties"
      tabIndex={-1}
      aria-label="Properties"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <CloseButton
        ref={close}
        className={classes.drawerClose}
        aria-label="Close the properties"
        onClick={onClose}
      />
      <InspectorPart />
    </section>
  );
}
