import { describe } from 'vitest';
import { cases } from './rfc4475-semantics.cases.js';
import { hold } from './torture.js';

describe('messages in the manner of RFC 4475 3.2 to 3.4', () => hold(cases));
