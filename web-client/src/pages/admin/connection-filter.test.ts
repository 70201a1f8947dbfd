import type { ConnectionInfo } from '@protocol';
import { expect, test } from 'vitest';
import { found } from './connection-filter.ts';

const connection = (user_id: string | null, ip_address: string, transport: string): ConnectionInfo =>
  ({
    ...{ user_id, ip_address, transport, name: null, client_id: 'c', connection_id: 'i', sid: 's' },
    sessions: [{ session_id: 'a1b2' }],
    project_ids: [],
    metadata: { protocol: 'engine.io 4', namespace: '/' },
  }) as unknown as ConnectionInfo;

test('a connection is found by words of who it is, where it comes from and what it is in', () => {
  const all = [connection('Ann', '10.0.0.1', 'websocket'), connection(null, '10.0.0.2', 'polling')];
  const counts = ['', 'ann', 'ANN websocket', 'ann polling', '10.0.0', 'a1b2 polling', 'null'].map(
    (text) => found(all, text).length,
  );
  expect(counts).toEqual([2, 1, 1, 0, 2, 1, 0]);
});
