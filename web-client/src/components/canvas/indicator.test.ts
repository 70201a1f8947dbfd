/**
 * Bullets and colours.
 */

import type { NodeTypeSchema, PropertySchema } from '@protocol';
import { expect, test } from 'vitest';
import { type GraphNode, Schema } from '../../core/index.ts';
import { indicatorOf, typeTone } from './indicator.ts';

function select(id: string, set: string | null, ...indicators: string[]): PropertySchema {
  const options = indicators.map((indicator_id) => ({
    id: `${id}-${indicator_id}`,
    uuid: `${id}-${indicator_id}`,
    name: `is ${indicator_id}`,
    indicator_id,
  }));
  return { id, name: id, type: 'select', required: false, options, indicator_set: set };
}

function type(id: string, ...properties: PropertySchema[]): NodeTypeSchema {
  return {
    id,
    name: id,
    description: '',
    allowed_children: [],
    has_time_log: false,
    icon_id: null,
    properties,
  };
}

const schema = new Schema({
  id: 't',
  template_id: 't',
  name: 't',
  description: '',
  node_types: [
    type('plain'),
    type(
      'task',
      select('kind', null, 'half'),
      select('impact', 'level', 'high'),
      select('status', 'status', 'half', 'odd'),
    ),
  ],
});

function node(properties: Record<string, unknown>): GraphNode {
  return { id: 'n', type: 'task', name: 'n', properties, parentId: null, createdAt: '', blockedBy: null };
}

test('the bullet is that of the first property that has one', () => {
  expect(indicatorOf(schema, node({ kind: 'kind-half', status: 'status-half' }))).toEqual({
    glyph: '◐',
    tone: 'blue',
    label: 'is half',
  });
});

test('levels are bars', () => {
  expect(indicatorOf(schema, node({ impact: 'impact-high', status: 'status-half' }))?.glyph).toBe('█');
});

test('an indicator that nobody knows is a dot, and no value is no bullet', () => {
  expect(indicatorOf(schema, node({ status: 'status-odd' }))?.glyph).toBe('•');
  expect(indicatorOf(schema, node({ status: 'gone' }))).toBeUndefined();
});

test('types have colours of their own, unknown ones are grey', () => {
  expect(typeTone(schema, 'plain')).not.toBe(typeTone(schema, 'task'));
  expect(typeTone(schema, 'gone')).toBe('gray');
});
