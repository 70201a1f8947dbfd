/**
 * An import, step by step: the file is checked, looked at, and then becomes a project.
 */

import type { ImportReport } from '@protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { checkFile, importFile, refreshProjects } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';
import { wrongWithFile } from './import-report.ts';

/** Where an import stands. */
export type Step =
  /** On its way to the server (`part` of it is there), then read by it. */
  | { readonly at: 'checking' | 'importing'; readonly part: number }
  | { readonly at: 'report'; readonly report: ImportReport; readonly refused?: string }
  | { readonly at: 'failed'; readonly reason: string };

export function useImport(file: File, onDone: (projectId: string) => void) {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>({ at: 'checking', part: 0 });
  const work = useRef<AbortController>(null);

  const check = useCallback(async () => {
    const wrong = wrongWithFile(file);
    if (wrong) return setStep({ at: 'failed', reason: wrong });
    const { signal } = begin(work);
    const progress = (part: number) => !signal.aborted && setStep({ at: 'checking', part });
    progress(0);
    try {
      const report = await checkFile(file, signal, progress);
      if (!signal.aborted) setStep({ at: 'report', report });
    } catch (error) {
      if (!signal.aborted) setStep({ at: 'failed', reason: reasonOf(error) });
    }
  }, [file]);

  useEffect(() => {
    void check();
    return () => work.current?.abort();
  }, [check]);

  const start = async (report: ImportReport, name: string) => {
    const { signal } = begin(work);
    const progress = (part: number) => !signal.aborted && setStep({ at: 'importing', part });
    progress(0);
    try {
      const project = await importFile(file, name, signal, progress);
      void refreshProjects(queries);
      onDone(project.project_id);
    } catch (error) {
      if (!signal.aborted) setStep({ at: 'report', report, refused: reasonOf(error) });
    }
  };
  return { step, check, start };
}

/** Ends what is under way, for something new. */
function begin(work: { current: AbortController | null }): AbortController {
  work.current?.abort();
  work.current = new AbortController();
  return work.current;
}
