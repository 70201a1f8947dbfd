/**
 * A dialog as all of them look: its title, its way out, what it fits into.
 */

import { Modal, type ModalProps } from '@mantine/core';
import classes from './dialog.module.css';
import { useFocusBack } from './use-focus-back.ts';

/** Open as long as it is there, unless `opened` says otherwise. */
export function Dialog({ opened = true, ...props }: Omit<ModalProps, 'opened'> & { opened?: boolean }) {
  useFocusBack(opened);
  return (
    <Modal
      opened={opened}
      returnFocus={false}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ title: classes.title }}
      {...props}
    />
  );
}
