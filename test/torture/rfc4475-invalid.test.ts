import { describe } from 'vitest';
import { cases } from './rfc4475-invalid.cases.js';
import { hold } from './torture.js';

describe('invalid messages in the manner of RFC 4475 3.1.2, 3.3.1, 3.3.8 and 3.3.9', () => hold(cases));
