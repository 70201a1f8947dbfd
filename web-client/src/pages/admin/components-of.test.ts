import { expect, test } from 'vitest';
import { componentsOf } from './components-of.ts';

test('a part is well or in a state, whichever a server says', () => {
  const components = {
    store: true,
    redis: true,
    event_loop: false,
    journal: 'degraded',
    sessions: { status: 'ok' },
    links: {},
  };
  expect(
    componentsOf({ health: { components } }).map(({ name, state, isGood }) => [name, state, isGood]),
  ).toEqual([
    ['store', 'healthy', true],
    ['event loop', 'unhealthy', false],
    ['journal', 'degraded', false],
    ['sessions', 'ok', true],
    ['links', 'unhealthy', false],
  ]);
  expect(componentsOf({ health: { component_health: { store: true } } })).toHaveLength(1);
  expect(componentsOf({})).toEqual([]);
});
