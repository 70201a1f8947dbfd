/**
 * Who uses this browser, and what they can change about it: their name, the colours, and whether they are signed in.
 */

import { Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconPencil, IconSun } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { signOut } from '../../state/sign-in.ts';
import { who } from '../../state/who.ts';
import { NameDialog } from './name-dialog.tsx';
import { PersonAvatar } from './person-avatar.tsx';
import classes from './user-menu.module.css';

export function UserMenu() {
  const { name, userId, token } = useStore(who);
  const [isRenaming, setRenaming] = useState(false);
  const leave = useLeave();
  return (
    <>
      <Menu position="bottom-end" width={260} shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes.button} aria-label={`You: ${name}`}>
            <PersonAvatar name={name} size={30} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <PersonAvatar name={name} size={36} />
            <div className={classes.names}>
              <Text size="sm" fw={600} truncate>
                {name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {token ? `Signed in as ${userId}` : 'Not signed in'}
              </Text>
            </div>
          </div>
          {!token && (
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
              Change your name…
            </Menu.Item>
          )}
          <Menu.Divider />
          <ColourScheme />
          {token && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
                Sign out
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <NameDialog isOpen={isRenaming} onClose={() => setRenaming(false)} />
    </>
  );
}

/** Signs out, forgets what was read as this person, and asks who is here. */
function useLeave() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  return async () => {
    await signOut();
    go('/sign-in');
    queries.clear();
  };
}

function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.scheme}>
      <Text size="xs" c="dimmed" id="colour-scheme">
        Appearance
      </Text>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-labelledby="colour-scheme"
        value={colorScheme}
        onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        data={[
          { value: 'light', label: <Choice icon={<IconSun size={14} />} text="Light" /> },
          { value: 'dark', label: <Choice icon={<IconMoon size={14} />} text="Dark" /> },
          { value: 'auto', label: <Choice icon={<IconDeviceDesktop size={14} />} text="Auto" /> },
        ]}
      />
    </div>
  );
}

function Choice({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <span className={classes.choice}>
      {icon}
      {text}
    </span>
  );
}
