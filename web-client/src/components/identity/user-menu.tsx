/**
 * Who uses this browser, and what they can change about it: their name, the colours, and whether they are signed in.
 */

import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconPencil, IconSun } from '@tabler/icons-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { who } from '../../state/who.ts';
import { NameDialog } from './name-dialog.tsx';
import { PersonAvatar } from './person-avatar.tsx';
import { useLeave } from './use-leave.ts';
import classes from './user-menu.module.css';

export function UserMenu() {
  const { name, userId, token } = useStore(who);
  const [isRenaming, setRenaming] = useState(false);
  const leave = useLeave();
  return (
    <>
      <Menu position="bottom-end" width={260} shadow="md" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <UnstyledButton className={classes.button} aria-label={`You: ${name}`}>
            <PersonAvatar name={name} size={30} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <span aria-hidden>
              <PersonAvatar name={name} size={36} />
            </span>
            <div className={classes.names}>
              <Text component="div" size="sm" fw={600} truncate>
                {name}
              </Text>
              <Text component="div" size="xs" c="dimmed" truncate>
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

const SCHEMES = [
  { value: 'light', text: 'Light', Icon: IconSun },
  { value: 'dark', text: 'Dark', Icon: IconMoon },
  { value: 'auto', text: 'As the system', Icon: IconDeviceDesktop },
] as const;

function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>Appearance</Menu.Label>
      {SCHEMES.map(({ value, text, Icon }) => (
        <Menu.Item
          key={value}
          aria-current={value === colorScheme}
          closeMenuOnClick={false}
          leftSection={<Icon size={16} />}
          rightSection={value === colorScheme ? <IconCheck size={16} /> : undefined}
          onClick={() => setColorScheme(value)}
        >
          {text}
        </Menu.Item>
      ))}
    </>
  );
}
