/**
 * The line above an open project.
 */

import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconLayoutSidebarRight } from '@tabler/icons-react';
import { Link } from 'wouter';
import { ChatButton } from '../../components/chat/chat-button.tsx';
import { Participants } from '../../components/presence/participants.tsx';
import { ShareButton } from '../../components/share/share-button.tsx';
import { StatusBadge } from '../../components/status/status-badge.tsx';
import { useView, useWorkspace } from '../../state/hooks.ts';
import classes from './header.module.css';
import { MoreMenu } from './more-menu.tsx';
import { ProjectName } from './project-name.tsx';
import { UndoButtons } from './undo-buttons.tsx';
import { type Room, useHasRoomForSwitch } from './use-room.ts';

interface HeaderProps {
  readonly room: Room;
  readonly isInspectorOpen: boolean;
  readonly onToggleInspector: () => void;
}

export function Header({ room, isInspectorOpen, onToggleInspector }: HeaderProps) {
  const isPhone = room === 'phone';
  const hasSwitch = useHasRoomForSwitch();
  return (
    <header className={classes.header}>
      <Tooltip label="All projects">
        <ActionIcon
          component={Link}
          href="/"
          variant="subtle"
          color="gray"
          size={32}
          aria-label="Back to the projects"
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <ProjectName />
      <StatusBadge />
      <div className={classes.end}>
        {hasSwitch && <PanelSwitch />}
        <UndoButtons />
        <Participants shown={isPhone ? 2 : 5} />
        {!isPhone && <ShareButton />}
        {!isPhone && <ChatButton />}
        {!isPhone && (
          <Tooltip label={isInspectorOpen ? 'Hide the properties' : 'Show the properties'}>
            <ActionIcon
              variant={isInspectorOpen ? 'light' : 'subtle'}
              color="gray"
              size={32}
              aria-label="Properties"
              aria-pressed={isInspectorOpen}
              onClick={onToggleInspector}
            >
              <IconLayoutSidebarRight size={18} />
            </ActionIcon>
          </Tooltip>
        )}
        <MoreMenu withPanels={!hasSwitch} />
      </div>
    </header>
  );
}

function PanelSwitch() {
  const { view } = useWorkspace();
  const panel = useView((now) => now.panel);
  return (
    <SegmentedControl
      size="xs"
      aria-label="What stands in the middle"
      data={[
        { value: 'graph', label: 'Graph' },
        { value: 'history', label: 'History' },
      ]}
      value={panel}
      onChange={(next) => view.setState({ panel: next === 'history' ? 'history' : 'graph' })}
    />
  );
}
