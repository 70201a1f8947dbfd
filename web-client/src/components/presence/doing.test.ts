import { expect, it } from 'vitest';
import { Graph, Schema } from '../../core/index.ts';
import { doing } from './doing.ts';

const graph = new Graph();
graph.put({
  id: 'n',
  name: 'Brakes',
  type: 't',
  properties: {},
  parentId: null,
  createdAt: '',
  blockedBy: null,
});
const cost = {
  id: 'cost',
  name: 'Cost',
  type: 'currency',
  required: false,
  options: null,
  indicator_set: null,
};
const schema = new Schema({
  id: 's',
  template_id: 's',
  version: '1.0',
  name: 'S',
  description: '',
  node_types: [
    {
      id: 't',
      name: 'T',
      description: '',
      allowed_children: [],
      has_time_log: false,
      icon_id: null,
      properties: [cost],
    },
  ],
});
const said = (what: Partial<Parameters<typeof doing>[0]>) =>
  doing({ status: 'active', ...what }, graph, schema);

it('says what somebody is editing before what is selected', () => {
  expect(said({ editing: { node_id: 'n', property_id: 'cost' }, selection: ['n'] })).toBe(
    'editing Cost of ‘Brakes’',
  );
  expect(said({ editing: { node_id: 'n', property_id: 'name' } })).toBe('editing the name of ‘Brakes’');
  expect(said({ editing: { node_id: 'n', property_id: 'blocked_by' } })).toBe('editing what blocks ‘Brakes’');
  expect(said({ editing: { node_id: 'n' } })).toBe('editing ‘Brakes’');
});

it('says where somebody is', () => {
  expect(said({ selection: ['n'] })).toBe('at ‘Brakes’');
  expect(said({ selection: ['n', 'm'] })).toBe('at 2 nodes');
  expect(said({ selection: ['gone'] })).toBe('at a node');
  expect(said({ selection: [] })).toBe('here');
  expect(said({})).toBe('here');
});

it('says of who is away only that', () => {
  expect(said({ status: 'away', editing: { node_id: 'n' } })).toBe('away');
});
