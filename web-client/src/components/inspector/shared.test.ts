import type { NodeTypeSchema, PropertySchema } from '@protocol';
import { expect, it } from 'vitest';
import { type GraphNode, Schema } from '../../core/index.ts';
import { countByType, sharedSelects } from './shared.ts';

function select(id: string, ...options: string[]): PropertySchema {
  return {
    id,
    name: id,
    type: 'select',
    required: false,
    options: options.map((option) => ({
      id: option,
      uuid: option,
      name: option,
      indicator_id: null,
      bullet: null,
    })),
    indicator_set: null,
  };
}

function type(id: string, ...properties: PropertySchema[]): NodeTypeSchema {
  return {
    id,
    name: id.toUpperCase(),
    description: '',
    allowed_children: [],
    has_time_log: false,
    icon_id: null,
    properties,
  };
}

const schema = new Schema({
  id: 's',
  template_id: 's',
  version: '1.0',
  name: 'S',
  description: '',
  node_types: [
    type('task', select('status', 'open', 'done'), select('effort', 'small')),
    type('bug', select('status', 'open', 'done'), select('effort', 'large')),
  ],
});

const node = (id: string, type: string, properties: Record<string, unknown> = {}): GraphNode => ({
  id,
  type,
  name: id,
  properties,
  parentId: null,
  createdAt: '',
  blockedBy: null,
});

it('offers the selects that all types have with the same options', () => {
  const of = (...types: string[]) =>
    sharedSelects(
      types.map((type, at) => node(String(at), type)),
      schema,
    ).map(({ property }) => property.id);
  expect(of('task', 'task')).toEqual(['status', 'effort']);
  expect(of('task', 'bug')).toEqual(['status']);
  expect(of('task', 'unknown')).toEqual([]);
  expect(of()).toEqual([]);
});

it('tells the value that all have from several values and from none', () => {
  const of = (...values: unknown[]) =>
    sharedSelects(
      values.map((status, at) => node(String(at), 'task', { status })),
      schema,
    )[0];
  expect(of('done', 'done')).toMatchObject({ value: 'done', isMixed: false });
  expect(of('done', 'open')).toMatchObject({ value: undefined, isMixed: true });
  expect(of(undefined, 'open')).toMatchObject({ isMixed: true });
  expect(of(undefined, undefined)).toMatchObject({ value: null, isMixed: false });
});

it('counts by type, the most first', () => {
  expect(countByType([node('1', 'bug'), node('2', 'task'), node('3', 'task')], schema)).toBe(
    '2 × TASK, 1 × BUG',
  );
});
