/**
 * Which dialog of the page is open.
 */

import type { ProjectSummary } from '@protocol';
import { useCallback, useState } from 'react';
import { notify } from '../../state/notices.ts';

export type OpenDialog =
  | { readonly kind: 'new' }
  | { readonly kind: 'import'; readonly file: File }
  | { readonly kind: 'rename' | 'delete'; readonly project: ProjectSummary };

export function useOpenDialog() {
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const importFiles = useCallback((files: readonly File[]) => {
    const [file] = files;
    if (files.length > 1) {
      notify({ id: 'import', kind: 'warning', title: 'One file at a time', text: 'Each becomes a project.' });
    } else if (file) {
      setOpen({ kind: 'import', file });
    }
  }, []);
  return { open, show: setOpen as (dialog: OpenDialog) => void, close, importFiles };
}
