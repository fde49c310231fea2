import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type SipUri, unescapeUser, uriParam } from '../sip/uri.js';
import { fnv1a } from '../util/fnv1a.js';
import type { Binding } from './binding.js';

/** AES-128-GCM: octets of nonce and proof; a shorter proof than 16 keeps the URI short and is still beyond guessing. */
const NONCE = 12;
const PROOF = 12;
const TEMPORARY = 'tgruu.';
const LONGEST = 512;

/** What a GRUU stands for. */
export interface GruuTarget {
  readonly aor: string;
  isFor(binding: Binding): boolean;
}

/**
 * Globally routable user agent URIs (RFC 5627). Nothing is kept for them: a public one names user and instance, and a
 * temporary one is those encrypted, so that it tells nobody whose it is (RFC 5627 A.2) and outlives a restart.
 */
export class Gruus {
  readonly #domain: string;
  readonly #key: Buffer;

  /** `secret` is kept across restarts. */
  constructor(domain: string, secret: string) {
    this.#domain = domain;
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'temporary GRUU', 16));
  }

  /** The parameters of a contact in the 200: none for a binding without an instance (RFC 5627 5.3). */
  paramsOf(binding: Binding): string {
    const { aor, instance } = binding;
    if (instance === undefined) return '';
    const user = aor.slice(0, aor.lastIndexOf('@'));
    const open = `sip:${escaped(user, USER)}@${this.#domain};gr=${escaped(instance, PARAM)}`;
    return `;pub-gruu="${open}";temp-gruu="sip:${TEMPORARY}${this.#seal(binding)}@${this.#domain};gr"`;
  }

  /** What a Request-URI of ours with `gr` stands for; undefined when it is no GRUU, or one that was not made here. */
  read(uri: SipUri, aor: string): GruuTarget | undefined {
    const instance = uriParam(uri, 'gr');
    if (instance === undefined) return undefined;
    if (instance === '') return this.#open(uri.user);
    const wanted = unescapeUser(instance);
    return { aor, isFor: (binding) => binding.instance === wanted };
  }

  /** A registration with another Call-ID ends the temporary GRUUs of before (RFC 5627 5.1). */
  #seal(binding: Binding): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-128-gcm', this.#key, nonce, { authTagLength: PROOF });
    const text = `${markOf(binding)} ${binding.aor}`;
    const sealed = Buffer.concat([nonce, cipher.update(text, 'latin1'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  #open(user: string): GruuTarget | undefined {
    if (!user.startsWith(TEMPORARY) || user.length > LONGEST) return undefined;
    const sealed = Buffer.from(user.slice(TEMPORARY.length), 'base64url');
    if (sealed.length <= NONCE + PROOF) return undefined;
    const cipher = createDecipheriv('aes-128-gcm', this.#key, sealed.subarray(0, NONCE), { authTagLength: PROOF });
    cipher.setAuthTag(sealed.subarray(-PROOF));
    try {
      const text = cipher.update(sealed.subarray(NONCE, -PROOF), undefined, 'latin1') + cipher.final('latin1');
      const space = text.indexOf(' ');
      const mark = text.slice(0, space);
      return { aor: text.slice(space + 1), isFor: (binding) => markOf(binding) === mark };
    } catch {
      // The proof does not hold: somebody else wrote it.
      return undefined;
    }
  }
}

function markOf({ instance, callId }: Binding): string {
  return `${fnv1a(instance ?? '').toString(36)}.${fnv1a(callId).toString(36)}`;
}

/** RFC 3261 25.1 `user` and `paramchar`, without what is escaped anyway. */
const USER = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g;
const PARAM = /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/g;

/** Latin1 text with every octet that may not stand in that part of a URI as `%XX`. */
function escaped(text: string, forbidden: RegExp): string {
  return text.replaceAll(forbidden, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
