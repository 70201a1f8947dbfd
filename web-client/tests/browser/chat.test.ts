/**
 * People talk about their project beside it, with each other and with the assistant.
 */

import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { ConversationApi } from '../../src/net/index.ts';
import { another, expectAccessible, expectNoComplaints, SERVER_AWAY } from './browser.ts';
import { hasFocus, tabTo } from './focus.ts';
import { ANN, BOB, EVE, holds, Journey } from './journey.ts';
import { Model } from './model.ts';
import { addBelow, row, select } from './outline.ts';
import { SOURCE_AWAY } from './source.ts';

const model = await Model.start();
const journey = Journey.ofEachTest('--assistant-url', model.url, '--assistant-model', 'stub');

afterAll(() => model.stop());

const PHONE = { width: 390, height: 844 };

/** What was said, as it is shown: of each line its text. */
async function said(page: Page): Promise<string[]> {
  return page
    .getByRole('log')
    .locator('article')
    .evaluateAll((lines) =>
      lines.map((line) => (line.querySelector('[data-text]')?.textContent ?? '').trim()),
    );
}

function shows(page: Page, wanted: readonly string[]): Promise<void> {
  return holds(async () => expect(await said(page)).toEqual(wanted));
}

function line(page: Page, text: string): Locator {
  return page.getByRole('log').locator('article').filter({ hasText: text });
}

/** Where messages are written. */
function field(page: Page): Locator {
  return page.getByRole('textbox', { name: /^(Message|Question to the assistant)$/ });
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

function chatButton(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: /^Chat/ });
}

/** Opens a conversation from the panel, by its title. */
async function openConversation(page: Page, title: string): Promise<void> {
  await chatButton(page).click();
  await page.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: title }).click();
  await field(page).waitFor();
}

async function begin(page: Page, title: string): Promise<void> {
  await chatButton(page).click();
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('What is it about?').fill(title);
  await page.keyboard.press('Enter');
  await hasFocus(page, 'Message');
}

/** Conversations by REST, as somebody. */
function conversations(userId = 'maker'): ConversationApi {
  return new ConversationApi(journey.server.url, () => ({ userId }));
}

/** What the server has of the only conversation. */
async function stored(projectId: string): Promise<string[]> {
  const list = await conversations().list(projectId);
  const id = list.conversations[0]?.conversation_id ?? '';
  const { messages } = await conversations().messages(id, { limit: 100 });
  return messages.map(({ text }) => text);
}

/** Ann and Bob look at a conversation that Ann has begun. */
async function annAndBob() {
  const id = await journey.project();
  const dark = { colorScheme: 'dark', reducedMotion: 'reduce' } as const;
  const [ann, bob] = [await journey.enter(ANN, id), await journey.enter(BOB, id, dark)];
  await begin(ann.page, 'The strip-down');
  await openConversation(bob.page, 'The strip-down');
  return { id, ann, bob };
}

describe('people', () => {
  test('hear each other, see who writes and who has read', async () => {
    const { ann, bob } = await annAndBob();
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

  test('mend and take back what they said, by mouse and by keys', async () => {
    const { ann, bob } = await annAndBob();
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

  test('are told what they have not read, until they have seen it', async () => {
    const { ann, bob } = await annAndBob();
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

  test('talk by keys alone', async () => {
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
    await holds(async () => expect(await stored(id)).toEqual(['One', 'Two']));
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

  test('see what they say in one window in their others, too', async () => {
    const { id, ann } = await annAndBob();
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

  test('read what was said long ago as they scroll to it, and lose their place by nothing', async () => {
    const id = await journey.project();
    const { conversation_id } = await conversations().begin(id, 'Long ago');
    const all = Array.from({ length: 120 }, (_, at) => `Message ${at + 1}`);
    for (const text of all) await post(conversation_id, text);
    const { page } = await journey.enter(ANN, id);
    await openConversation(page, 'Long ago');
    // It opens where what is new begins: at the first of all.
    await line(page, 'Message 1').first().waitFor();
    await shows(page, all);
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, log.scrollHeight));
    await holds(async () => expect((await marks(conversation_id)).get('ann')).toBe(120));

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
    await post(conversation_id, 'And now');
    await line(page, 'And now').waitFor();
    expect(Math.abs(((await first.boundingBox())?.y ?? 0) - top)).toBeLessThan(2);
    await page.getByRole('button', { name: /^Go to the latest message/ }).click();
    await holds(async () => expect((await marks(conversation_id)).get('ann')).toBe(121));
    expectNoComplaints(journey.windows);
  });

  test('lose nothing they say while the server is away, and say nothing twice', async () => {
    const { id, ann, bob } = await annAndBob();
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
    await holds(async () => expect((await stored(id)).toSorted()).toEqual(wanted));
    for (const { page } of journey.windows) await shows(page, await stored(id));
    expect((await stored(id)).filter((text) => text !== 'Here, too')).toEqual([
      'Before',
      'Meanwhile',
      'And more',
    ]);
    expectNoComplaints(journey.windows, [SERVER_AWAY, SOURCE_AWAY]);
  });

  test('write down what they did not mean to lose, and get it back with the panel', async () => {
    const { ann } = await annAndBob();
    await field(ann.page).fill('Half a thou');
    await ann.page.keyboard.press('Escape');
    await ann.page.getByRole('list', { name: 'Conversations' }).waitFor();
    await ann.page.keyboard.press('Control+Shift+M');
    await openConversation(ann.page, 'The strip-down');
    expect(await field(ann.page).inputValue()).toBe('Half a thou');
    expectNoComplaints(journey.windows);
  });
});

describe('the assistant', () => {
  function asks(page: Page): Locator {
    return page.getByRole('switch', { name: 'Ask the assistant' });
  }

  test('answers word by word, in every window and to who comes late', async () => {
    const { id, ann, bob } = await annAndBob();
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
    expect(await stored(id)).toEqual(['What is late?', 'The 𝔯ear brakes are late.']);
    expectNoComplaints(journey.windows);
  });

  test('is asked about nothing in particular where that is taken away', async () => {
    const { ann } = await annAndBob();
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

  test('stops when somebody says so, and what it has said stays', async () => {
    const { ann, bob } = await annAndBob();
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

  test('says why it does not answer, and can be asked again', async () => {
    const { ann } = await annAndBob();
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

  test('is not offered where there is none', async () => {
    await journey.server.restart();
    const { ann } = await annAndBob();
    await say(ann.page, 'Hello?');
    await shows(ann.page, ['Hello?']);
    await ann.page.waitForLoadState('networkidle');
    expect(await asks(ann.page).count()).toBe(0);
    expectNoComplaints(journey.windows);
  });
});

/** Somebody without a browser says something. */
async function post(conversationId: string, text: string): Promise<void> {
  const response = await fetch(`${journey.server.url}/api/v1/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-graphroom-user': 'maker' },
    body: JSON.stringify({ text }),
  });
  expect(response.status).toBe(201);
}

/** How far everybody has read. */
async function marks(conversationId: string): Promise<Map<string, number>> {
  const response = await fetch(`${journey.server.url}/api/v1/conversations/${conversationId}`, {
    headers: { 'x-graphroom-user': 'maker' },
  });
  const { participants } = (await response.json()) as {
    participants: { user_id: string; read_seq: number }[];
  };
  return new Map(participants.map(({ user_id, read_seq }) => [user_id, read_seq]));
}
