/**
 * Conversations of several people over roads that are cut: everybody ends with the same, nothing is lost and nothing there twice.
 */

import type { MessageView } from '@protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unreadOf } from '../src/core/index.ts';
import { type Conversation, ConversationApi } from '../src/net/index.ts';
import { Model } from './browser/model.ts';
import { join, type Made, makeProject } from './people.ts';
import { Random } from './random.ts';
import { Road } from './road.ts';
import { Server, until } from './server.ts';

let server: Server;
let model: Model;
let project: Made;
const open: { close(): unknown }[] = [];

beforeEach(async () => {
  model = await Model.start();
  server = await Server.start('--assistant-url', model.url, '--assistant-model', 'stub');
  project = await makeProject(server.url);
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await server.stop();
  await model.stop();
});

function api(): ConversationApi {
  return new ConversationApi(server.url, () => ({ userId: 'maker' }));
}

/** Somebody on a road of their own, in a conversation. */
async function enter(userId: string, id: string) {
  const road = await Road.to(server.url);
  const session = await join(road.url, project.sessionId, userId);
  open.push(session, road);
  const { conversations } = await api().list(project.projectId);
  const view = conversations.find(({ conversation_id }) => conversation_id === id);
  if (!view) throw new Error('the conversation is not listed');
  const conversation = session.conversations.enter(view);
  await until(() => conversation.talk.participants.length > 0, `${userId} is not in the conversation`);
  return { userId, road, session, conversation };
}

async function begin(): Promise<string> {
  return (await api().begin(project.projectId, 'Brakes')).conversation_id;
}

/** All that the server has of a conversation. */
async function stored(id: string): Promise<MessageView[]> {
  const all: MessageView[] = [];
  for (;;) {
    const page = await api().messages(id, { after: all.length, limit: 100 });
    all.push(...page.messages);
    if (!page.has_more) return all;
  }
}

/** Waits until everybody has what the server has, and wants to say no more. */
async function allHave(id: string, conversations: readonly Conversation[], count: number): Promise<void> {
  await until(
    () => conversations.every(({ talk }) => talk.pending.length === 0 && talk.conversation.head === count),
    () =>
      conversations
        .map(({ talk }) => `${talk.pending.length} wait, ${talk.conversation.head} said`)
        .join('; '),
  );
  const wanted = await stored(id);
  expect(wanted.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  for (const conversation of conversations) {
    await until(() => {
      expect(conversation.talk.messages).toEqual(wanted);
      return true;
    }, 'somebody never had what the server has');
  }
}

// CHAT-3, CHAT-5
test('who talks over roads that are cut says everything once, and hears everything once', async () => {
  const random = new Random(7);
  const id = await begin();
  const people = await Promise.all(['ann', 'bob', 'eve'].map((userId) => enter(userId, id)));
  const EACH = 40;
  await Promise.all(
    people.map(async ({ userId, road, conversation }) => {
      for (let at = 0; at < EACH; at += 1) {
        conversation.voice.say(`${userId} ${at}`);
        if (random.below(8) === 0) road.cut();
        if (random.below(3) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }),
  );
  await allHave(
    id,
    people.map(({ conversation }) => conversation),
    EACH * people.length,
  );
  const texts = (await stored(id)).map(({ text }) => text);
  for (const { userId } of people) {
    const own = texts.filter((text) => text.startsWith(userId));
    expect(own).toEqual(Array.from({ length: EACH }, (_, at) => `${userId} ${at}`));
  }
});

test('who was away has what was said, edited and deleted meanwhile, however much it is', async () => {
  const id = await begin();
  const [ann, bob] = [await enter('ann', id), await enter('bob', id)];
  for (const text of ['One', 'Two', 'Three']) ann.conversation.voice.say(text);
  await allHave(id, [ann.conversation, bob.conversation], 3);
  await bob.road.close();
  await until(() => bob.session.status === 'offline');
  const [one, two] = ann.conversation.talk.messages;
  await ann.conversation.edit(one!.message_id, 'First');
  await ann.conversation.delete(two!.message_id);
  for (let at = 0; at < 230; at += 1) ann.conversation.voice.say(`More ${at}`);
  bob.conversation.voice.say('From afar');
  await until(() => ann.conversation.talk.pending.length === 0);
  await bob.road.open();
  bob.session.retry();
  await allHave(id, [ann.conversation, bob.conversation], 234);
  expect(bob.conversation.talk.messages.slice(0, 3).map(({ text }) => text)).toEqual(['First', '', 'Three']);
  expect(bob.conversation.talk.messages.at(-1)?.text).toBe('From afar');
});

test('what was said before one came is read page by page, and the marks stay behind what was read', async () => {
  const id = await begin();
  const ann = await enter('ann', id);
  for (let at = 1; at <= 120; at += 1) ann.conversation.voice.say(`Message ${at}`);
  await until(() => ann.conversation.talk.pending.length === 0);
  const { conversation } = await enter('bob', id);
  expect([conversation.talk.messages, unreadOf(conversation.talk, 'bob')]).toEqual([[], 120]);
  await Promise.all([conversation.earlier(), conversation.earlier()]);
  expect(conversation.talk.messages.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 50 }, (_, at) => at + 71),
  );
  while (conversation.talk.first > 1) await conversation.earlier();
  expect(conversation.talk.messages).toEqual(await stored(id));
  conversation.read(100);
  expect(unreadOf(conversation.talk, 'bob')).toBe(20);
  const mark = () => ann.conversation.talk.participants.find(({ user_id }) => user_id === 'bob')?.read_seq;
  await until(() => mark() === 100);
});

test('an answer goes on where it was for who comes back, and is whole', async () => {
  const id = await begin();
  const [ann, bob] = [await enter('ann', id), await enter('bob', id)];
  const answerOf = ({ conversation }: typeof ann) => conversation.talk.answers[0]?.text;
  ann.conversation.voice.say('What is late?', { ask: {} });
  const question = await model.question();
  question.say('The 𝔯ear ');
  await until(() => answerOf(ann) === 'The 𝔯ear ' && answerOf(bob) === 'The 𝔯ear ');
  await bob.road.close();
  question.say('brakes ');
  await until(() => answerOf(ann) === 'The 𝔯ear brakes ');
  await bob.road.open();
  bob.session.retry();
  await until(() => answerOf(bob) === 'The 𝔯ear brakes ');
  question.say('are late.');
  question.end();
  await allHave(id, [ann.conversation, bob.conversation], 2);
  for (const { conversation } of [ann, bob]) {
    expect(conversation.talk.answers).toEqual([]);
    expect(conversation.talk.messages[1]?.text).toBe('The 𝔯ear brakes are late.');
  }
});

test('what the server refuses stands there with its reason, and can be sent again or given up', async () => {
  const id = await begin();
  const { conversation } = await enter('ann', id);
  conversation.voice.say('x'.repeat(40_000));
  conversation.voice.say('Fine');
  await until(() => conversation.talk.messages.length === 1);
  const [refused] = conversation.talk.pending;
  expect(refused?.refused?.code).toBe('PAYLOAD_TOO_LARGE');
  conversation.voice.again(refused!.messageId);
  expect(conversation.talk.pending[0]?.refused).toBeUndefined();
  await until(() => conversation.talk.pending[0]?.refused !== undefined);
  conversation.voice.discard(refused!.messageId);
  await allHave(id, [conversation], 1);
});

test('a conversation that is deleted is over for everybody in it', async () => {
  const id = await begin();
  const { conversation } = await enter('ann', id);
  await api().delete(id);
  await until(() => conversation.refusal?.code === 'CONVERSATION_NOT_FOUND');
});

// CHAT-15
test('who follows a project is told of the conversations that others begin and rename, and when it is to read them', async () => {
  const road = await Road.to(server.url);
  const session = await join(road.url, project.sessionId, 'ann');
  open.push(session, road);
  let begun = 0;
  const told: string[] = [];
  session.conversations.follow({
    projectId: project.projectId,
    begun: () => {
      begun += 1;
    },
    told: ({ title }) => told.push(title),
  });
  await until(() => begun === 1, 'it is not said that it hears');
  const id = await begin();
  await until(() => told.length === 1, 'nobody told that one was begun');
  await api().rename(id, 'Wheels');
  await until(() => told.length === 2, 'nobody told that it was renamed');
  expect(told).toEqual(['Brakes', 'Wheels']);
  road.cut();
  await until(() => begun === 2, 'it does not hear again');
  await begin();
  await until(() => told.length === 3, 'nobody told after it came back');
});
