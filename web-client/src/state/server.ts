/**
 * The server that this page came from.
 */

import { Api, ConversationApi } from '../net/index.ts';
import { unproved, who } from './who.ts';

export const api = new Api('', () => who.getState(), unproved);
export const conversationApi = new ConversationApi('', () => who.getState(), unproved);
