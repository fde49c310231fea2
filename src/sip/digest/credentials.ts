import { HEX, isAll } from '../chars.js';
import { digestParams } from './params.js';

export { isDigest } from './params.js';

/** Authorization or Proxy-Authorization of the scheme Digest; each value as received, without quotes. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: string | undefined;
  readonly cnonce: string | undefined;
  readonly qop: string | undefined;
  readonly nc: string | undefined;
  readonly opaque: string | undefined;
}

/**
 * Parses credentials (RFC 3261 22, RFC 7616 3.4). Undefined for another scheme (`isDigest` tells) and when malformed:
 * username, realm, nonce, uri or response missing or empty, or qop without cnonce and an nc of eight hex digits.
 */
export function parseDigest(value: string): DigestCredentials | undefined {
  const params = digestParams(value);
  if (params === undefined) return undefined;
  const username = params.get('username');
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response');
  if (!username || !realm || !nonce || !uri || !response) return undefined;
  const cnonce = params.get('cnonce');
  const qop = params.get('qop');
  const nc = params.get('nc');
  if (qop !== undefined && (!cnonce || nc?.length !== 8 || !isAll(nc, 0, 8, HEX))) return undefined;
  const algorithm = params.get('algorithm');
  return { username, realm, nonce, uri, response, algorithm, cnonce, qop, nc, opaque: params.get('opaque') };
}
