/**
 * The dialogs of the page; each is loaded when it is opened for the first time.
 */

import { lazy, Suspense } from 'react';
import type { OpenDialog } from './open-dialog.ts';

const NewProject = lazy(() => import('./new-project.tsx'));
const ImportDialog = lazy(() => import('./import-dialog.tsx'));
const RenameDialog = lazy(() => import('./rename-dialog.tsx'));
const DeleteDialog = lazy(() => import('./delete-dialog.tsx'));

export function Dialogs({ open, onClose }: { open: OpenDialog | null; onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      {open?.kind === 'new' && <NewProject onClose={onClose} />}
      {open?.kind === 'import' && <ImportDialog file={open.file} onClose={onClose} />}
      {open?.kind === 'rename' && <RenameDialog project={open.project} onClose={onClose} />}
      {open?.kind === 'delete' && <DeleteDialog project={open.project} onClose={onClose} />}
    </Suspense>
  );
}
