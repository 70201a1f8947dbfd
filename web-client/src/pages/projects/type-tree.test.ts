import type { NodeTypeSchema, TemplateSchema } from '@protocol';
import { expect, test } from 'vitest';
import { type TypeBranch, typeTree } from './type-tree.ts';

function template(children: Record<string, string[]>): TemplateSchema {
  const node_types = Object.entries(children).map(
    ([id, allowed_children]): NodeTypeSchema => ({
      id,
      name: id.toUpperCase(),
      description: '',
      allowed_children,
      has_time_log: false,
      icon_id: null,
      properties: [],
    }),
  );
  return { id: 't', template_id: 't', version: '1.0', name: 'T', description: '', node_types };
}

/** "a(b c)" with what may stand there too behind a slash. */
function drawn(branches: readonly TypeBranch[]): string {
  return branches
    .map(({ type, below, also }) => {
      const more = also.length > 0 ? `/${also.join(',')}` : '';
      return type.id + more + (below.length > 0 ? `(${drawn(below)})` : '');
    })
    .join(' ');
}

test('types stand below those that allow them', () => {
  expect(drawn(typeTree(template({ root: ['phase'], phase: ['job'], job: [] })))).toBe('root(phase(job))');
});

test('a type that may stand in several places is shown at the highest, and named at the others', () => {
  const tree = typeTree(template({ root: ['epic', 'bug'], epic: ['story', 'bug'], story: ['bug'], bug: [] }));
  expect(drawn(tree)).toBe('root(epic/BUG(story/BUG) bug)');
});

test('types that allow themselves or one another end', () => {
  expect(drawn(typeTree(template({ a: ['a', 'b'], b: ['a'] })))).toBe('a/A(b/A)');
});

test('what stands below nothing is shown for itself, and unknown types are left out', () => {
  expect(drawn(typeTree(template({ root: ['gone'], lost: ['below'], below: [] })))).toBe('root lost(below)');
});
