import { Invalid, type Kind, textUpTo } from '../../config/kind.js';

const bounded = textUpTo(1024, 'password');

/** A password: any text but an empty one and control characters, which no phone can be made to send. Never echoed. */
export const secret: Kind<string> = {
  word: 'password',
  secret: true,
  parse(text) {
    if (text === '') throw new Invalid('must not be empty');
    return bounded.parse(text);
  },
};
