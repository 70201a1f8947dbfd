/**
 * What a template says of nodes.
 */

import type { NodeTypeSchema, PropertySchema } from '@protocol';
import { expect, test } from 'vitest';
import type { GraphNode } from './graph.ts';
import { Schema } from './schema.ts';

function select(id: string, indicator_set: string | null, ...options: string[]): PropertySchema {
  return {
    id,
    name: id,
    type: 'select',
    required: false,
    options: options.map((option) => ({
      id: option,
      uuid: `uuid-${option}`,
      name: option,
      indicator_id: option,
      bullet: '○',
    })),
    indicator_set,
  };
}

function type(id: string, allowed_children: string[], ...properties: PropertySchema[]): NodeTypeSchema {
  return {
    id,
    name: `The ${id}`,
    description: '',
    allowed_children,
    has_time_log: false,
    icon_id: null,
    properties,
  };
}

const schema = new Schema({
  id: 't',
  template_id: 't',
  version: '1.0',
  name: 'T',
  description: '',
  node_types: [
    type('root', ['task', 'unknown']),
    type(
      'task',
      [],
      select('kind', null, 'small'),
      select('level', 'level', 'high'),
      select('status', 'status', 'half'),
    ),
  ],
});

function node(properties: Record<string, unknown>): GraphNode {
  return { id: 'n', type: 'task', name: 'n', properties, parentId: null, createdAt: '', blockedBy: null };
}

test('how a node stands is told by the first property with indicators that has a value', () => {
  expect(schema.indicator(node({ kind: 'small', status: 'half' }))?.option.id).toBe('half');
  expect(schema.indicator(node({ level: 'high', status: 'half' }))?.property.id).toBe('level');
  expect(schema.indicator(node({ kind: 'small' }))).toBeUndefined();
});

test('a value that is no option, and a type that the template does not know, have no indicator', () => {
  expect(schema.indicator(node({ status: 'gone' }))).toBeUndefined();
  expect(schema.indicator({ ...node({ status: 'half' }), type: 'gone' })).toBeUndefined();
});

test('an option is found by its id and by its uuid', () => {
  const property = schema.property('task', 'status')!;
  expect(schema.option(property, 'half')?.id).toBe('half');
  expect(schema.option(property, 'uuid-half')?.id).toBe('half');
});

test('only types that the template has may stand below one; only the first is a root', () => {
  expect(schema.allowedBelow('root').map(({ id }) => id)).toEqual(['task']);
  expect(schema.allowedBelow('task')).toEqual([]);
  expect(schema.allowedBelow(null).map(({ id }) => id)).toEqual(['root']);
  expect(schema.isAllowedBelow('task', 'root')).toBe(true);
});
