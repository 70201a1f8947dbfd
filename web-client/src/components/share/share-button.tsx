/**
 * The button that shares the open project; what it opens is loaded then.
 */

import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

const ShareDialog = lazy(() => import('./share-dialog.tsx'));

export function ShareButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="light"
        size="compact-md"
        leftSection={<IconUserPlus size={16} />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Share
      </Button>
      <Suspense fallback={null}>{isOpen && <ShareDialog onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
