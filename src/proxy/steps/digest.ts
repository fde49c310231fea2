import { type DigestCredentials, digestResponse, formatChallenge, hexEqual, parseDigest } from '../../sip/digest.js';
import { Header } from '../../sip/header.js';
import { hostKey, parseUri, type SipUri, unescapeUser } from '../../sip/uri.js';
import type { Local } from '../local.js';
import type { Nonces } from '../nonces.js';
import type { ProxyRequest } from '../request.js';
import { CONTINUE, EXIT, type Step, type StepResult } from '../step.js';

/** The stored hashes of a subscriber: columns ha1 and ha1b. */
export interface StoredHashes {
  readonly ha1: string;
  readonly ha1b: string;
}

export interface Credentials {
  /** From memory. */
  find(username: string): StoredHashes | undefined;
  /** From the database, so that a password changed with SQL counts before anybody is refused. */
  fetch(username: string): Promise<StoredHashes | undefined>;
}

export interface DigestNeeds {
  readonly credentials: Credentials;
  readonly nonces: Nonces;
  readonly local: Local;
  /** Lets callers of other domains reach our users without a password, as kamailio.cfg does. */
  readonly acceptForeign: boolean;
}

/** What hashes are compared with when there is no such user, so that it takes as long as for one that there is. */
const NOBODY: StoredHashes = { ha1: '0'.repeat(32), ha1b: '0'.repeat(32) };

/** AUTH of kamailio.cfg: whoever is not trusted by address proves to know a password (RFC 3261 22, RFC 7616). */
export function digest(need: DigestNeeds): Step {
  return {
    name: 'digest',
    run(request) {
      if (request.trustedBy !== undefined) return CONTINUE;
      if (isForeignCaller(request, need.local)) {
        // He has no password here. To another domain he gets nowhere: the step noOpenRelay says so.
        if (need.acceptForeign || !need.local.isOurs(request.uri)) return CONTINUE;
      }
      const credentials = credentialsFor(request, need.local.domain);
      if (credentials === undefined) return challenge(request, need, 'no credentials');
      if (credentials === 'ambiguous') return refuse(request, 400, 'Bad Request', 'two credentials for one realm');
      if (!isAnswerable(credentials)) return challenge(request, need, 'credentials of a kind that was not offered');
      if (!need.nonces.isFresh(credentials.nonce)) return challenge(request, need, 'stale nonce', true);
      if (!isForThisUri(credentials, request)) return refuse(request, 400, 'Bad Request', 'digest for another URI');
      return authenticate(request, credentials, need);
    },
  };
}

function isForeignCaller(request: ProxyRequest, local: Local): boolean {
  const { fromUri } = request.message;
  return request.method !== 'REGISTER' && fromUri !== undefined && !local.isOurUser(fromUri);
}

/** The credentials for our realm; those of other realms are for somebody else (RFC 3261 22.3). */
function credentialsFor(request: ProxyRequest, realm: string): DigestCredentials | 'ambiguous' | undefined {
  let found: DigestCredentials | undefined;
  const id = request.method === 'REGISTER' ? Header.Authorization : Header.ProxyAuthorization;
  for (const value of request.message.all(id)) {
    const credentials = parseDigest(value);
    if (credentials?.realm.toLowerCase() !== realm.toLowerCase()) continue;
    if (found !== undefined) return 'ambiguous';
    found = credentials;
  }
  return found;
}

/** Only what the challenge offered: MD5, and qop auth or none at all. */
function isAnswerable(credentials: DigestCredentials): boolean {
  const { algorithm, qop, nc, cnonce } = credentials;
  if (algorithm !== undefined && algorithm.toUpperCase() !== 'MD5') return false;
  if (qop === undefined) return true;
  return qop.toLowerCase() === 'auth' && cnonce !== undefined && nc !== undefined && /^[0-9a-f]{8}$/i.test(nc);
}

/** RFC 7616 3.4.6: a response made for one URI must not open another. Parameters may differ, user and host not. */
function isForThisUri(credentials: DigestCredentials, request: ProxyRequest): boolean {
  if (credentials.uri === request.message.requestUri) return true;
  const uri = parseUri(credentials.uri);
  if (uri === undefined) return false;
  return unescapeUser(uri.user) === unescapeUser(request.uri.user) && hostKey(uri.host) === hostKey(request.uri.host);
}

function authenticate(
  request: ProxyRequest,
  credentials: DigestCredentials,
  need: DigestNeeds,
): StepResult | Promise<StepResult> {
  const username = userOf(credentials.username, need.local);
  const known = username === undefined ? undefined : need.credentials.find(username);
  if (isRight(credentials, known, request.method) && username !== undefined) {
    return admit(request, credentials, username, need);
  }
  if (username === undefined) return challenge(request, need, 'user of another domain');
  return need.credentials.fetch(username).then((stored) => {
    if (isRight(credentials, stored, request.method)) return admit(request, credentials, username, need);
    return challenge(request, need, stored === undefined ? 'unknown user' : 'wrong password');
  });
}

/** `user`, `user@domain` or `sip:user@domain` as phones write it; undefined for a user of another domain. */
function userOf(written: string, local: Local): string | undefined {
  const at = written.indexOf('@');
  if (at === -1) return written;
  const domain = written.slice(at + 1);
  if (domain.toLowerCase() !== local.domain.toLowerCase()) return undefined;
  return written.slice(written.indexOf(':') < at ? written.indexOf(':') + 1 : 0, at);
}

function isRight(credentials: DigestCredentials, stored: StoredHashes | undefined, method: string): boolean {
  const hashes = stored ?? NOBODY;
  const { nonce, uri, qop, nc, cnonce } = credentials;
  const expected = digestResponse({
    algorithm: 'MD5',
    ha1: credentials.username.includes('@') ? hashes.ha1b : hashes.ha1,
    nonce,
    method,
    uri,
    ...(qop !== undefined && { qop, nc: nc ?? '', cnonce: cnonce ?? '' }),
  });
  return hexEqual(expected, credentials.response) && stored !== undefined;
}

/** The password is right: the nonce must not have been used so before, and the user must be who he says he is. */
function admit(request: ProxyRequest, credentials: DigestCredentials, username: string, need: DigestNeeds): StepResult {
  const count = credentials.nc === undefined ? 1 : Number.parseInt(credentials.nc, 16);
  if (!need.nonces.use(credentials.nonce, count)) return challenge(request, need, 'nonce used before', true);
  if (!claimsToBe(request, username, need.local)) {
    return refuse(request, 403, 'Forbidden', `${username} may not act for another user`);
  }
  request.user = username;
  return CONTINUE;
}

/** RFC 3261 22.1, Kamailio's auth_check flag 1: credentials of one user do not speak for another. */
function claimsToBe(request: ProxyRequest, username: string, local: Local): boolean {
  const { fromUri, toUri } = request.message;
  return isUser(fromUri, username, local) && (request.method !== 'REGISTER' || isUser(toUri, username, local));
}

function isUser(uri: SipUri | undefined, username: string, local: Local): boolean {
  return uri !== undefined && local.isOurUser(uri) && unescapeUser(uri.user) === username;
}

function challenge(request: ProxyRequest, need: DigestNeeds, because: string, stale = false): typeof EXIT {
  const value = formatChallenge({
    realm: need.local.domain,
    nonce: need.nonces.issue(),
    qop: 'auth',
    stale,
    algorithm: 'MD5',
  });
  if (request.method === 'REGISTER') {
    request.reply(401, 'Unauthorized', { headers: [['WWW-Authenticate', value]], because });
  } else {
    request.reply(407, 'Proxy Authentication Required', { headers: [['Proxy-Authenticate', value]], because });
  }
  return EXIT;
}

function refuse(request: ProxyRequest, status: number, reason: string, because: string): typeof EXIT {
  request.reply(status, reason, { because });
  return EXIT;
}
