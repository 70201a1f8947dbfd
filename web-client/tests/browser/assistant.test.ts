/**
 * The assistant answers in the chat, word by word and for everybody.
 */

import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { expectAccessible, expectNoComplaints } from './browser.ts';
import { annAndBob, line, openConversation, say, shows, stored } from './chat.ts';
import { EVE, Journey } from './journey.ts';
import { Model } from './model.ts';
import { addBelow, select } from './outline.ts';

const model = await Model.start();
const journey = Journey.ofEachTest('--assistant-url', model.url, '--assistant-model', 'stub');

afterAll(() => model.stop());

function asks(page: Page): Locator {
  return page.getByRole('switch', { name: 'Ask the assistant' });
}

test('the assistant answers word by word, in every window and to who comes late', async () => {
  const { id, ann, bob } = await annAndBob(journey);
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Rear brakes');
  await select(ann.page, 'Mustang');
  // The switch is drawn over its label.
  await asks(ann.page).focus();
  await ann.page.keyboard.press('Space');
  await ann.page.getByText('About “Mustang”').waitFor();
  await say(ann.page, 'What is late?');
  const question = await model.question();
  expect(question.last).toBe('What is late?');
  expect(question.shown).toContain('Rear brakes');
  question.say('The 𝔯ear');
  for (const { page } of [ann, bob]) await shows(page, ['What is late?', 'The 𝔯ear']);
  await line(bob.page, 'What is late?').getByText('Asked the assistant about “Mustang”').waitFor();
  await expectAccessible(bob.page);

  const eve = await journey.enter(EVE, id);
  await openConversation(eve.page, 'The strip-down');
  await shows(eve.page, ['What is late?', 'The 𝔯ear']);
  question.say(' brakes');
  for (const { page } of journey.windows) await shows(page, ['What is late?', 'The 𝔯ear brakes']);
  const answer = await line(bob.page, 'The 𝔯ear').elementHandle();
  question.say(' are late.');
  question.end();
  for (const { page } of journey.windows) {
    await shows(page, ['What is late?', 'The 𝔯ear brakes are late.']);
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  }
  // The message took the answer's place: it is the same line.
  expect(await answer?.evaluate((element) => element.isConnected)).toBe(true);
  expect(await stored(journey, id)).toEqual(['What is late?', 'The 𝔯ear brakes are late.']);
  expectNoComplaints(journey.windows);
});

test('the assistant is asked about nothing in particular where that is taken away', async () => {
  const { ann } = await annAndBob(journey);
  await asks(ann.page).focus();
  await ann.page.keyboard.press('Space');
  await ann.page.getByRole('button', { name: 'Do not ask about “Mustang”' }).click();
  await say(ann.page, 'Hello?');
  const question = await model.question();
  expect(question.shown).not.toContain('Mustang');
  question.say('Hello.');
  question.end();
  await shows(ann.page, ['Hello?', 'Hello.']);
  expectNoComplaints(journey.windows);
});

test('the assistant stops when somebody says so, and what it has said stays', async () => {
  const { ann, bob } = await annAndBob(journey);
  await asks(ann.page).focus();
  await ann.page.keyboard.press('Space');
  await say(ann.page, 'What is late?');
  const question = await model.question();
  question.say('Let me think');
  await shows(bob.page, ['What is late?', 'Let me think']);
  await bob.page.getByRole('button', { name: 'Stop' }).click();
  await question.untilHungUp();
  for (const { page } of [ann, bob]) {
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    await shows(page, ['What is late?', 'Let me think']);
    await line(page, 'Let me think').getByText('Stopped').waitFor();
  }
  expectNoComplaints(journey.windows);
});

test('the assistant says why it does not answer, and can be asked again', async () => {
  const { ann } = await annAndBob(journey);
  await asks(ann.page).focus();
  await ann.page.keyboard.press('Space');
  await say(ann.page, 'What is late?');
  (await model.question()).refuse();
  await ann.page.getByRole('alert').getByText('The assistant did not answer').waitFor();
  await expectAccessible(ann.page);
  await ann.page.getByRole('button', { name: 'Ask again' }).click();
  const again = await model.question();
  expect(again.last).toBe('What is late?');
  expect(again.shown).toContain('Mustang');
  again.say('Nothing.');
  again.end();
  await shows(ann.page, ['What is late?', 'What is late?', 'Nothing.']);
  expect(await ann.page.getByRole('alert').count()).toBe(0);
  expectNoComplaints(journey.windows);
});

test('the assistant is not offered where there is none', async () => {
  await journey.server.restart();
  const { ann } = await annAndBob(journey);
  await say(ann.page, 'Hello?');
  await shows(ann.page, ['Hello?']);
  await ann.page.waitForLoadState('networkidle');
  expect(await asks(ann.page).count()).toBe(0);
  expectNoComplaints(journey.windows);
});
