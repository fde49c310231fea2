import { describe } from 'vitest';
import { cases } from './rfc4475-valid.cases.js';
import { hold } from './torture.js';

describe('valid messages in the manner of RFC 4475 3.1.1', () => hold(cases));
