/**
 * The node types of a template as a tree: each type once, as high as it can stand.
 */

import type { NodeTypeSchema, TemplateSchema } from '@protocol';

export interface TypeBranch {
  readonly type: NodeTypeSchema;
  readonly below: readonly TypeBranch[];
  /** Types that may stand here too, and are shown elsewhere. */
  readonly also: readonly string[];
}

/** The tree from the root's type on; then those types that stand nowhere in it, each for itself. */
export function typeTree({ node_types: types }: TemplateSchema): TypeBranch[] {
  const byId = new Map(types.map((type) => [type.id, type]));
  const homes = homesOf(types, byId);
  const branch = (type: NodeTypeSchema): TypeBranch => {
    const children = [...new Set(type.allowed_children)].flatMap((id) => byId.get(id) ?? []);
    const isHome = ({ id }: NodeTypeSchema) => homes.get(id) === type.id;
    return {
      type,
      below: children.filter(isHome).map(branch),
      also: children.filter((child) => !isHome(child)).map(({ name }) => name),
    };
  };
  return types.filter(({ id }) => homes.get(id) === null).map(branch);
}

/** Below which type each is shown: the first of the highest that allow it, null for none. */
function homesOf(types: readonly NodeTypeSchema[], byId: ReadonlyMap<string, NodeTypeSchema>) {
  const homes = new Map<string, string | null>();
  for (const start of types) {
    if (homes.has(start.id)) continue;
    homes.set(start.id, null);
    const waiting = [start];
    for (let type = waiting.shift(); type; type = waiting.shift()) {
      for (const id of type.allowed_children) {
        const child = byId.get(id);
        if (!child || homes.has(id)) continue;
        homes.set(id, type.id);
        waiting.push(child);
      }
    }
  }
  return homes;
}
