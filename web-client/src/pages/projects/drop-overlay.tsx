/**
 * What covers the page while a file is dragged over it.
 */

import { Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import classes from './drop-overlay.module.css';

export function DropOverlay({ isShown }: { isShown: boolean }) {
  if (!isShown) return null;
  return (
    <div className={classes.overlay}>
      <div className={classes.target}>
        <IconFileImport size={40} stroke={1.5} />
        <Text fw={600} size="lg">
          Drop the project file
        </Text>
        <Text size="sm">It is checked first. Nothing is made before you say so.</Text>
      </div>
    </div>
  );
}
