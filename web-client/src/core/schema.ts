/**
 * What a template says of the nodes of a project.
 */

import type { NodeTypeSchema, OptionSchema, PropertySchema, TemplateSchema } from '@protocol';
import type { GraphNode } from './graph.ts';

/** The kinds of property that have an editor of their own; others are edited as text. */
export type PropertyKind = 'text' | 'number' | 'currency' | 'boolean' | 'date' | 'select';

export class Schema {
  readonly templateId: string;
  readonly name: string;
  /** The root's type first. */
  readonly types: readonly NodeTypeSchema[];
  readonly #byId: ReadonlyMap<string, NodeTypeSchema>;

  constructor(schema: TemplateSchema) {
    this.templateId = schema.template_id;
    this.name = schema.name;
    this.types = schema.node_types;
    this.#byId = new Map(schema.node_types.map((type) => [type.id, type]));
  }

  /** A node's type; undefined for one that the template does not have (any more). */
  type(id: string): NodeTypeSchema | undefined {
    return this.#byId.get(id);
  }

  /** What people call a type. */
  typeName(id: string): string {
    return this.#byId.get(id)?.name ?? id;
  }

  /** The types that may stand below one; for null those that may be roots. */
  allowedBelow(typeId: string | null): readonly NodeTypeSchema[] {
    if (typeId === null) return this.types.slice(0, 1);
    const ids = this.#byId.get(typeId)?.allowed_children ?? [];
    return ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Whether a node of one type may stand below one of another; a template says it, a project that is not strict allows it. */
  isAllowedBelow(typeId: string, parentTypeId: string | null): boolean {
    return this.allowedBelow(parentTypeId).some((type) => type.id === typeId);
  }

  /** The option that says how a node stands: that of the first property of its type with a set of indicators that has a value. */
  indicator(
    node: GraphNode,
  ): { readonly property: PropertySchema; readonly option: OptionSchema } | undefined {
    for (const property of this.type(node.type)?.properties ?? []) {
      const option = property.indicator_set && this.option(property, node.properties[property.id]);
      if (option) return { property, option };
    }
    return undefined;
  }

  property(typeId: string, propertyId: string): PropertySchema | undefined {
    return this.#byId.get(typeId)?.properties.find((property) => property.id === propertyId);
  }

  /** The option that a select's value names. */
  option(property: PropertySchema, value: unknown): OptionSchema | undefined {
    return property.options?.find((option) => option.id === value || option.uuid === value);
  }
}
