import { expect, test } from 'vitest';
import { invitationAddress, invitationIn, nextAddress, signInAddress } from './next-address.ts';

test.each([
  ['/', '/'],
  ['/projects/1?panel=history', '/projects/1?panel=history'],
  ['/?search=a%20b', '/?search=a%20b'],
])('%s is a page of this client', (wanted, next) => {
  expect(nextAddress(wanted)).toBe(next);
});

test.each([
  null,
  '',
  'projects/1',
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example',
  '\\\\elsewhere.example',
  '/\t/elsewhere.example',
  '/.//elsewhere.example',
  '/a/..//elsewhere.example',
  'javascript:alert(1)',
  ' /projects',
  '/sign-in?next=/',
])('%s leads nowhere but home', (wanted) => {
  expect(nextAddress(wanted)).toBe('/');
});

test('the sign-in keeps where somebody wanted to go, its query too', () => {
  expect(signInAddress('/projects/1?a=b&c=d')).toBe('/sign-in?next=%2Fprojects%2F1%3Fa%3Db%26c%3Dd');
  expect(signInAddress('/')).toBe('/sign-in');
});

test('an invitation stands behind the # of its link, and is read from there', () => {
  const invitation = `inv_${'a-_Z9'.repeat(9).slice(0, 43)}`;
  const url = new URL(invitationAddress('https://graphs.example', invitation, '/projects/1'));
  expect(url.search).toBe('?next=%2Fprojects%2F1');
  expect(invitationIn(url.hash)).toBe(invitation);
});

test('what is no invitation is not taken for one', () => {
  for (const hash of ['', '#', '#invitation=', '#invitation=sess_x', '#other=1']) {
    expect(invitationIn(hash)).toBeUndefined();
  }
});
