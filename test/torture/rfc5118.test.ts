import { describe } from 'vitest';
import { cases } from './rfc5118.cases.js';
import { hold } from './torture.js';

describe('messages in the manner of RFC 5118', () => hold(cases));
