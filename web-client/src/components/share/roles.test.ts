import { expect, test } from 'vitest';
import { asRole, maySay, roleLabel } from './roles.ts';

const members = ['owner', 'editor', 'commenter', 'viewer'].map((role) => ({
  user_id: `the ${role}`,
  role,
  since: '2026-03-10T12:00:00.000Z',
}));

test('of the members owners alone say who is what', () => {
  expect(members.filter(({ user_id }) => maySay(user_id, members)).map(({ role }) => role)).toEqual([
    'owner',
  ]);
});

test('an admin does so without being a member', () => {
  expect(maySay('root', members)).toBe(true);
});

test('a role that is not known here is shown as it is, and is none to choose', () => {
  expect([roleLabel('editor'), roleLabel('auditor'), roleLabel(null)]).toEqual([
    'Editor',
    'auditor',
    'No role',
  ]);
  expect([asRole('editor'), asRole('auditor'), asRole(null)]).toEqual(['editor', undefined, undefined]);
});
