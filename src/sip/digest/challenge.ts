import type { DigestAlgorithm } from './algorithm.js';
import { digestParams } from './params.js';

/** WWW-Authenticate or Proxy-Authenticate of the scheme Digest; each value as received, without quotes. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: string | undefined;
  /** The list of offered values, such as `auth,auth-int`. */
  readonly qop: string | undefined;
  readonly stale: boolean;
  readonly opaque: string | undefined;
}

/** Parses a challenge (RFC 7616 3.3). Undefined for another scheme, and without realm or nonce. */
export function parseChallenge(value: string): DigestChallenge | undefined {
  const params = digestParams(value);
  const realm = params?.get('realm');
  const nonce = params?.get('nonce');
  if (params === undefined || realm === undefined || nonce === undefined) return undefined;
  return {
    realm,
    nonce,
    algorithm: params.get('algorithm'),
    qop: params.get('qop'),
    stale: params.get('stale')?.toLowerCase() === 'true',
    opaque: params.get('opaque'),
  };
}

/** A challenge in Kamailio's order of parameters: realm, nonce, qop, stale, algorithm; then opaque. */
export function formatChallenge(p: {
  readonly realm: string;
  readonly nonce: string;
  readonly qop?: string | undefined;
  readonly stale?: boolean | undefined;
  readonly algorithm?: DigestAlgorithm | undefined;
  readonly opaque?: string | undefined;
}): string {
  let out = `Digest realm=${quoted(p.realm)}, nonce=${quoted(p.nonce)}`;
  if (p.qop !== undefined) out += `, qop=${quoted(p.qop)}`;
  if (p.stale === true) out += ', stale=true';
  if (p.algorithm !== undefined) out += `, algorithm=${p.algorithm}`;
  return p.opaque === undefined ? out : `${out}, opaque=${quoted(p.opaque)}`;
}

/** The realm may be the domain that a client put into From: it must not end its own quotes. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
