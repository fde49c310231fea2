import { Invalid, type Kind, nonEmpty } from './kind.js';

const text = nonEmpty('origin');

/** An origin as browsers send it (RFC 6454 6.2), `https://phone.example.com`: nothing after the host and port. */
export const origin: Kind<string> = {
  word: 'origin',
  parse(typed) {
    const value = text.parse(typed).toLowerCase();
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(value)) throw new Invalid('must be like https://phone.example.com');
    return value;
  },
};
