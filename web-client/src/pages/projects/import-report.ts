/**
 * What the server said of a project file, for people.
 */

import type { Fault, ImportReport, TemplateView } from '@protocol';
import { counted } from './counted.ts';
import { templateName } from './template-name.ts';

export interface ReadReport {
  readonly isGood: boolean;
  readonly headline: string;
  readonly faults: readonly Fault[];
  /** That there are more faults than are listed; empty if not. */
  readonly more: string;
}

/** The most that the server takes, in bytes. */
export const LARGEST_FILE = 256 * 1024 * 1024;

export function readReport(report: ImportReport, templates: readonly TemplateView[] | undefined): ReadReport {
  const { valid, faults, faults_total, node_count, template_id } = report;
  const unlisted = faults_total - faults.length;
  const template = template_id === null ? '' : `, ${templateName(template_id, templates)}`;
  return {
    isGood: valid,
    headline: valid
      ? `${counted(node_count, 'node')}${template}. Looks good.`
      : `${counted(faults_total, 'fault')}: the file cannot be imported like this.`,
    faults,
    more: unlisted > 0 ? `and ${unlisted.toLocaleString('en')} more` : '',
  };
}

/** What is wrong with a file before the server sees it; nothing for nothing. */
export function wrongWithFile({ size }: { size: number }): string | undefined {
  if (size === 0) return 'The file is empty.';
  if (size > LARGEST_FILE) return `The file has ${sizeInWords(size)}; the server takes 256 MiB at most.`;
  return undefined;
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  const size = bytes / 1024 ** power;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power - 1]}`;
}
