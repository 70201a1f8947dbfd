/**
 * What is seldom needed: the project's state, how the page looks, and on small windows what has no room in the header.
 */

import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import {
  IconCircleCheck,
  IconDots,
  IconHistory,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPlayerPause,
  IconPlayerPlay,
  IconSchema,
  IconSun,
} from '@tabler/icons-react';
import { useStore } from 'zustand';
import { openHelp } from '../../components/help/help.tsx';
import { useLeave } from '../../components/identity/use-leave.ts';
import { changeState } from '../../state/edits.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { who } from '../../state/who.ts';

export function MoreMenu({ withPanels }: { readonly withPanels: boolean }) {
  return (
    <Menu shadow="md" position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label="More">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {withPanels && <PanelItem />}
        <StateItems />
        <Menu.Divider />
        <SchemeItem />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openHelp}>
          Keyboard help
        </Menu.Item>
        <SignOutItem />
      </Menu.Dropdown>
    </Menu>
  );
}

function PanelItem() {
  const { view } = useWorkspace();
  const panel = useView((now) => now.panel);
  const other = panel === 'graph' ? 'history' : 'graph';
  return (
    <>
      <Menu.Item
        leftSection={other === 'history' ? <IconHistory size={16} /> : <IconSchema size={16} />}
        onClick={() => view.setState({ panel: other })}
      >
        {other === 'history' ? 'Show the history' : 'Show the graph'}
      </Menu.Item>
      <Menu.Divider />
    </>
  );
}

function StateItems() {
  const workspace = useWorkspace();
  const state = useView((view) => view.state);
  return (
    <>
      <Menu.Label>This project is {state === 'error' ? 'stopped after an error' : state}</Menu.Label>
      {state !== 'active' && (
        <Menu.Item
          leftSection={<IconPlayerPlay size={16} />}
          onClick={() => void changeState(workspace, 'active')}
        >
          {state === 'paused' ? 'Go on with it' : 'Open it again'}
        </Menu.Item>
      )}
      {state === 'active' && (
        <Menu.Item
          leftSection={<IconPlayerPause size={16} />}
          onClick={() => void changeState(workspace, 'paused')}
        >
          Pause it
        </Menu.Item>
      )}
      {(state === 'active' || state === 'paused') && (
        <Menu.Item
          leftSection={<IconCircleCheck size={16} />}
          onClick={() => void changeState(workspace, 'completed')}
        >
          Complete it
        </Menu.Item>
      )}
    </>
  );
}

function SchemeItem() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Menu.Item
      leftSection={other === 'dark' ? <IconMoon size={16} /> : <IconSun size={16} />}
      onClick={() => setColorScheme(other)}
    >
      {other === 'dark' ? 'Dark colours' : 'Light colours'}
    </Menu.Item>
  );
}

/** Only where there is something to sign out of. */
function SignOutItem() {
  const token = useStore(who, (now) => now.token);
  const leave = useLeave();
  if (!token) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
        Sign out
      </Menu.Item>
    </>
  );
}
