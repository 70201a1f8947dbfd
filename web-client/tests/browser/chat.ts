/**
 * The chat as people use it, and what the server has of it.
 */

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ConversationApi } from '../../src/net/index.ts';
import { hasFocus } from './focus.ts';
import { ANN, BOB, holds, type Journey } from './journey.ts';

/** What was said, as it is shown: of each line its text. */
export async function said(page: Page): Promise<string[]> {
  return page
    .getByRole('log')
    .locator('article')
    .evaluateAll((lines) =>
      lines.map((line) => (line.querySelector('[data-text]')?.textContent ?? '').trim()),
    );
}

export function shows(page: Page, wanted: readonly string[]): Promise<void> {
  return holds(async () => expect(await said(page)).toEqual(wanted));
}

export function line(page: Page, text: string): Locator {
  return page.getByRole('log').locator('article').filter({ hasText: text });
}

/** Where messages are written. */
export function field(page: Page): Locator {
  return page.getByRole('textbox', { name: /^(Message|Question to the assistant)$/ });
}

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

export function chatButton(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: /^Chat/ });
}

/** Opens a conversation from the panel, by its title. */
export async function openConversation(page: Page, title: string): Promise<void> {
  await chatButton(page).click();
  await page.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: title }).click();
  await field(page).waitFor();
}

export async function begin(page: Page, title: string): Promise<void> {
  await chatButton(page).click();
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('What is it about?').fill(title);
  await page.keyboard.press('Enter');
  await hasFocus(page, 'Message');
}

/** Conversations by REST, as nobody in particular. */
export function conversations({ server }: Journey): ConversationApi {
  return new ConversationApi(server.url, () => ({ userId: 'maker' }));
}

/** What the server has of the only conversation. */
export async function stored(journey: Journey, projectId: string): Promise<string[]> {
  const list = await conversations(journey).list(projectId);
  const id = list.conversations[0]?.conversation_id ?? '';
  const { messages } = await conversations(journey).messages(id, { limit: 100 });
  return messages.map(({ text }) => text);
}

/** Ann and Bob look at a conversation that Ann has begun. */
export async function annAndBob(journey: Journey) {
  const id = await journey.project();
  const dark = { colorScheme: 'dark', reducedMotion: 'reduce' } as const;
  const [ann, bob] = [await journey.enter(ANN, id), await journey.enter(BOB, id, dark)];
  await begin(ann.page, 'The strip-down');
  await openConversation(bob.page, 'The strip-down');
  return { id, ann, bob };
}

/** Somebody without a browser says something. */
export async function post({ server }: Journey, conversationId: string, text: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-graphroom-user': 'maker' },
    body: JSON.stringify({ text }),
  });
  expect(response.status).toBe(201);
}

/** How far everybody has read. */
export async function marks({ server }: Journey, conversationId: string): Promise<Map<string, number>> {
  const response = await fetch(`${server.url}/api/v1/conversations/${conversationId}`, {
    headers: { 'x-graphroom-user': 'maker' },
  });
  const { participants } = (await response.json()) as {
    participants: { user_id: string; read_seq: number }[];
  };
  return new Map(participants.map(({ user_id, read_seq }) => [user_id, read_seq]));
}
