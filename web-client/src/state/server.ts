/**
 * The server that this page came from.
 */

import { Api } from '../net/index.ts';
import { unproved, who } from './who.ts';

export const api = new Api('', () => who.getState(), unproved);
