import { domainName } from '../../config/host.js';
import { Invalid, type Kind } from '../../config/kind.js';

/** A user as typed; without a domain the installation's is meant. */
export interface UserName {
  readonly username: string;
  readonly domain: string | undefined;
}

/** The width of Kamailio's `username` columns. */
const MAX_USER = 64;

/**
 * RFC 3261 section 25.1 `user` without its escapes, and without the apostrophe, the semicolon and the question mark:
 * those are allowed there, but end a user name for many phones and tools.
 */
const USER = /^[A-Za-z0-9_.!~*()&=+$,/-]+$/;

/** `user`, `user@domain` or `sip:user@domain`. */
export const user: Kind<UserName> = {
  word: 'user',
  parse(text) {
    const bare = /^sips?:/i.test(text) ? text.slice(text.indexOf(':') + 1) : text;
    const at = bare.indexOf('@');
    const username = at < 0 ? bare : bare.slice(0, at);
    if (username === '') throw new Invalid('names no user');
    if (username.length > MAX_USER) throw new Invalid(`has a user of more than ${MAX_USER} characters`);
    if (!USER.test(username)) throw new Invalid('has a character that no user name may have');
    return { username, domain: at < 0 ? undefined : domainName.parse(bare.slice(at + 1)) };
  },
};
