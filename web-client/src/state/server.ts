/**
 * The server that this page came from.
 */

import { Api } from '../net/index.ts';
import { who } from './who.ts';

export const api = new Api('', () => who.getState());
