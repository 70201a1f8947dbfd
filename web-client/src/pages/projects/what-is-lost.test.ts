import type { ProjectSummary } from '@protocol';
import { expect, test } from 'vitest';
import { whatIsLost } from './what-is-lost.ts';

const project: ProjectSummary = {
  project_id: 'p',
  session_id: 's',
  name: 'Mustang',
  template_id: 'restomod',
  created_at: '2026-03-10T12:00:00.000Z',
  updated_at: '2026-03-10T12:00:00.000Z',
  seq: 1_234,
  is_dirty: false,
  active_clients: 0,
};

test('the nodes and the history are named', () => {
  expect(whatIsLost(project, { node_count: 1 })).toEqual({
    text: '1 node and a history of 1,234 changes will be lost.',
    people: '',
    isMuch: false,
  });
});

test('more than a hundred nodes are much', () => {
  expect(whatIsLost(project, { node_count: 100 }).isMuch).toBe(false);
  expect(whatIsLost(project, { node_count: 101 }).isMuch).toBe(true);
});

test('what could not be counted is taken for much', () => {
  expect(whatIsLost(project, undefined).isMuch).toBe(true);
});

test('who has it open is told', () => {
  expect(whatIsLost({ ...project, active_clients: 1 }, { node_count: 1 }).people).toBe(
    '1 window has it open now.',
  );
  expect(whatIsLost({ ...project, active_clients: 2 }, { node_count: 1 }).people).toBe(
    '2 windows have it open now.',
  );
});
