/**
 * People talk about their project beside it.
 */

import { expect, test } from 'vitest';
import { another, expectAccessible, expectNoComplaints, SERVER_AWAY } from './browser.ts';
import {
  annAndBob,
  conversations,
  field,
  line,
  marks,
  openConversation,
  post,
  said,
  say,
  shows,
  stored,
} from './chat.ts';
import { hasFocus, tabTo } from './focus.ts';
import { ANN, holds, Journey } from './journey.ts';
import { row } from './outline.ts';
import { SOURCE_AWAY } from './source.ts';

const journey = Journey.ofEachTest();

const PHONE = { width: 390, height: 844 };

test('people hear each other, see who writes and who has read', async () => {
  const { ann, bob } = await annAndBob(journey);
  await say(ann.page, 'Brakes first?');
  await shows(bob.page, ['Brakes first?']);
  await line(ann.page, 'Brakes first?').getByText('Read by Bob Ray').waitFor();
  await field(bob.page).pressSequentially('Yes');
  await ann.page.getByText('Bob Ray is writing…').waitFor();
  await bob.page.keyboard.press('Shift+Enter');
  await bob.page.keyboard.type('and then the body');
  await bob.page.keyboard.press('Enter');
  await shows(ann.page, ['Brakes first?', 'Yes\nand then the body']);
  await ann.page.getByText('Bob Ray is writing…').waitFor({ state: 'detached' });
  await expectAccessible(ann.page);
  await expectAccessible(bob.page);
  await ann.page.setViewportSize(PHONE);
  await ann.page.getByRole('tab', { name: 'Chat', selected: true }).waitFor();
  await expectAccessible(ann.page);
  expectNoComplaints(journey.windows);
});

test('people mend and take back what they said, by mouse and by keys', async () => {
  const { ann, bob } = await annAndBob(journey);
  await say(ann.page, 'Brakse');
  await say(ann.page, 'Nonsense');
  await shows(bob.page, ['Brakse', 'Nonsense']);
  // Others may not write it anew.
  await line(bob.page, 'Brakse').hover();
  await line(bob.page, 'Brakse').getByRole('button', { name: 'More to do with this message' }).click();
  await bob.page.getByRole('menuitem', { name: 'Copy the text' }).waitFor();
  expect(await bob.page.getByRole('menuitem', { name: 'Edit' }).count()).toBe(0);
  await bob.page.keyboard.press('Escape');

  await line(ann.page, 'Brakse').hover();
  await line(ann.page, 'Brakse').getByRole('button', { name: 'More to do with this message' }).click();
  await ann.page.getByRole('menuitem', { name: 'Edit' }).click();
  await ann.page.getByRole('textbox', { name: 'The message' }).fill('Brakes');
  await ann.page.keyboard.press('Enter');
  await shows(bob.page, ['Brakes (edited)', 'Nonsense']);

  await field(ann.page).focus();
  await ann.page.keyboard.press('ArrowUp');
  await hasFocus(ann.page, 'The message');
  await expectAccessible(ann.page);
  await ann.page.keyboard.press('Escape');
  await holds(() => line(ann.page, 'Nonsense').evaluate((element) => element === document.activeElement));
  await ann.page.keyboard.press('Delete');
  await ann.page.getByRole('dialog', { name: 'Delete this message?' }).waitFor();
  await expectAccessible(ann.page);
  await ann.page.keyboard.press('Enter');
  const left = ['Brakes (edited)', 'This message was deleted'];
  await shows(ann.page, left);
  await shows(bob.page, left);
  expectNoComplaints(journey.windows);
});

test('people are told what they have not read, until they have seen it', async () => {
  const { ann, bob } = await annAndBob(journey);
  await bob.page.getByRole('button', { name: 'Close the chat' }).click();
  await hasFocus(bob.page, 'Chat');
  await say(ann.page, 'Brakes first?');
  await say(ann.page, 'Or the body?');
  await bob.page.getByRole('button', { name: 'Chat, 2 not read' }).waitFor();
  await bob.page.keyboard.press('Control+Shift+M');
  await shows(bob.page, ['Brakes first?', 'Or the body?']);
  await bob.page.getByRole('log').getByText('New', { exact: true }).waitFor();
  await line(ann.page, 'Or the body?').getByText('Read by Bob Ray').waitFor();
  await bob.page.getByRole('button', { name: 'Close the chat' }).click();
  await bob.page.getByRole('button', { name: 'Chat', exact: true }).waitFor();
  expectNoComplaints(journey.windows);
});

test('people talk by keys alone', async () => {
  const id = await journey.project();
  const { page } = await journey.enter(ANN, id);
  await page.keyboard.press('Control+Shift+M');
  await hasFocus(page, 'Conversations of the project');
  await tabTo(page, 'New conversation');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'What is it about?');
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Conversations of the project');
  await tabTo(page, 'New conversation');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Brakes');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'Message');
  for (const text of ['One', 'Two']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }
  await shows(page, ['One', 'Two']);
  await holds(async () => expect(await stored(journey, id)).toEqual(['One', 'Two']));
  // From the field to the last line and what can be done with it, and up to the first.
  await tabTo(page, 'More to do with this message', 'Shift+Tab');
  await tabTo(page, /^Ann Lee/, 'Shift+Tab');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('F2');
  await hasFocus(page, 'The message');
  await page.keyboard.type(' more');
  await page.keyboard.press('Enter');
  await shows(page, ['One more (edited)', 'Two']);
  await hasFocus(page, /^Ann Lee/);
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Message');
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Conversations of the project');
  await tabTo(page, /^Brakes/);
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Chat');
  expectNoComplaints(journey.windows);
});

test('people see what they say in one window in their others, too', async () => {
  const { id, ann } = await annAndBob(journey);
  const second = await another(ann);
  journey.windows.push(second);
  await second.page.goto(`/projects/${id}`);
  await row(second.page, 'Mustang').waitFor();
  await openConversation(second.page, 'The strip-down');
  await say(ann.page, 'From one');
  await shows(second.page, ['From one']);
  await say(second.page, 'From the other');
  await shows(ann.page, ['From one', 'From the other']);
  expectNoComplaints(journey.windows);
});

test('people read what was said long ago as they scroll to it, and lose their place by nothing', async () => {
  const id = await journey.project();
  const { conversation_id } = await conversations(journey).begin(id, 'Long ago');
  const all = Array.from({ length: 120 }, (_, at) => `Message ${at + 1}`);
  for (const text of all) await post(journey, conversation_id, text);
  const { page } = await journey.enter(ANN, id);
  await openConversation(page, 'Long ago');
  // It opens where what is new begins: at the first of all.
  await line(page, 'Message 1').first().waitFor();
  await shows(page, all);
  await page.getByRole('log').evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await holds(async () => expect((await marks(journey, conversation_id)).get('ann')).toBe(120));

  await page.reload();
  await row(page, 'Mustang').waitFor();
  await openConversation(page, 'Long ago');
  await line(page, 'Message 120').waitFor();
  const before = (await said(page)).length;
  expect(before).toBeLessThan(120);
  const first = line(page, `Message ${121 - before}`);
  const log = page.getByRole('log');
  await log.evaluate((element) => element.scrollTo(0, 0));
  const top = (await first.boundingBox())?.y ?? 0;
  await holds(async () => expect((await said(page)).length).toBeGreaterThan(before));
  await holds(async () => expect(Math.abs(((await first.boundingBox())?.y ?? 0) - top)).toBeLessThan(2));
  // What comes at the end moves nothing, either.
  await post(journey, conversation_id, 'And now');
  await line(page, 'And now').waitFor();
  expect(Math.abs(((await first.boundingBox())?.y ?? 0) - top)).toBeLessThan(2);
  await page.getByRole('button', { name: /^Go to the latest message/ }).click();
  await holds(async () => expect((await marks(journey, conversation_id)).get('ann')).toBe(121));
  expectNoComplaints(journey.windows);
});

test('people lose nothing they say while the server is away, and say nothing twice', async () => {
  const { id, ann, bob } = await annAndBob(journey);
  await say(ann.page, 'Before');
  await shows(bob.page, ['Before']);
  await journey.server.kill();
  for (const { page } of journey.windows) {
    await page.getByRole('status').filter({ hasText: 'Offline' }).first().waitFor();
  }
  await say(ann.page, 'Meanwhile');
  await say(ann.page, 'And more');
  await say(bob.page, 'Here, too');
  await line(ann.page, 'Meanwhile').getByText('Waits for the connection').waitFor();
  await journey.server.start();
  // At once, before the page has found the server again.
  await bob.page.reload();
  await row(bob.page, 'Mustang').waitFor();
  await openConversation(bob.page, 'The strip-down');
  const wanted = ['And more', 'Before', 'Here, too', 'Meanwhile'];
  await holds(async () => expect((await stored(journey, id)).toSorted()).toEqual(wanted));
  for (const { page } of journey.windows) await shows(page, await stored(journey, id));
  expect((await stored(journey, id)).filter((text) => text !== 'Here, too')).toEqual([
    'Before',
    'Meanwhile',
    'And more',
  ]);
  expectNoComplaints(journey.windows, [SERVER_AWAY, SOURCE_AWAY]);
});

test('people write down what they did not mean to lose, and get it back with the panel', async () => {
  const { ann } = await annAndBob(journey);
  await field(ann.page).fill('Half a thou');
  await ann.page.keyboard.press('Escape');
  await ann.page.getByRole('list', { name: 'Conversations' }).waitFor();
  await ann.page.keyboard.press('Control+Shift+M');
  await openConversation(ann.page, 'The strip-down');
  expect(await field(ann.page).inputValue()).toBe('Half a thou');
  expectNoComplaints(journey.windows);
});
