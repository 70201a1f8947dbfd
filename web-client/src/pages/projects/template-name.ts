/**
 * What people call a template.
 */

import type { TemplateView } from '@protocol';

/** Its name; a template that the server does not have any more is called by its id. */
export function templateName(id: string, templates: readonly TemplateView[] | undefined): string {
  const known = templates?.find((template) => template.id === id)?.name;
  if (known) return known;
  const words = id.replaceAll(/[_-]+/g, ' ').trim();
  return words ? words[0]!.toUpperCase() + words.slice(1) : id;
}
