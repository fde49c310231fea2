import { formatAuthenticationInfo } from '../../sip/digest.js';
import { challenge } from '../digest/challenge.js';
import { type Answer, claimsToBe, credentialsFor, isForThisUri, provenHa1, userOf } from '../digest/check.js';
import type { Credentials, StoredHashes } from '../digest/credentials.js';
import { type DigestOffer, Offer } from '../digest/offer.js';
import { RecentNonces } from '../digest/recent-nonces.js';
import type { Local } from '../local.js';
import type { Nonces, ReadNonce } from '../nonces.js';
import type { ProxyRequest } from '../request.js';
import { CONTINUE, EXIT, type Step, type StepResult } from '../step.js';

export type { Credentials, StoredHashes } from '../digest/credentials.js';

export interface DigestNeeds {
  readonly credentials: Credentials;
  readonly nonces: Nonces;
  readonly local: Local;
  /** Lets callers of other domains reach our users without a password, as kamailio.cfg does. */
  readonly acceptForeign: boolean;
  readonly digestOffer: DigestOffer;
}

/** AUTH of kamailio.cfg: whoever is not trusted by address proves to know a password (RFC 3261 22, RFC 7616, RFC 8760). */
export function digest(need: DigestNeeds): Step {
  const check = new Check(need);
  return {
    name: 'digest',
    run(request) {
      if (request.trustedBy !== undefined) return CONTINUE;
      if (isForeignCaller(request, need.local)) {
        // He has no password here. To another domain he gets nowhere: the step noOpenRelay says so.
        if (need.acceptForeign || !need.local.isOurs(request.uri)) return CONTINUE;
      }
      return check.run(request);
    },
  };
}

function isForeignCaller(request: ProxyRequest, local: Local): boolean {
  const { fromUri } = request.message;
  return request.method !== 'REGISTER' && fromUri !== undefined && !local.isOurUser(fromUri);
}

/** Credentials of a kind that was offered, with a nonce of ours that has not expired. */
interface FreshAnswer extends Answer {
  readonly nonce: ReadNonce;
}

class Check {
  readonly realm: string;
  readonly nonces: Nonces;
  readonly recent = new RecentNonces();
  readonly offer: Offer;
  readonly #local: Local;
  readonly #credentials: Credentials;

  constructor(need: DigestNeeds) {
    this.realm = need.local.domain;
    this.nonces = need.nonces;
    this.offer = new Offer(need.digestOffer, need.credentials);
    this.#local = need.local;
    this.#credentials = need.credentials;
  }

  run(request: ProxyRequest): StepResult | Promise<StepResult> {
    const credentials = credentialsFor(request.message, this.realm);
    if (credentials === undefined) return challenge(request, this, 'no credentials');
    if (credentials === 'ambiguous') return refuse(request, 400, 'Bad Request', 'two credentials for one realm');
    const algorithm = this.offer.algorithmOf(credentials);
    if (algorithm === undefined) {
      return challenge(request, this, 'credentials of a kind that was not offered', this.offer.withholds(credentials));
    }
    const nonce = this.nonces.read(credentials.nonce);
    if (nonce === undefined) return challenge(request, this, 'stale nonce', true);
    if (!isForThisUri(credentials, request.receivedUri)) {
      return refuse(request, 400, 'Bad Request', 'digest for another URI');
    }
    return this.#authenticate(request, { credentials, algorithm, nonce });
  }

  #authenticate(request: ProxyRequest, answer: FreshAnswer): StepResult | Promise<StepResult> {
    const username = userOf(answer.credentials.username, this.#local);
    if (username === undefined) return challenge(request, this, 'user of another domain');
    const ha1 = provenHa1(answer, this.#credentials.find(username), request.message);
    if (ha1 !== undefined) return this.#admit(request, answer, username, ha1);
    return this.#credentials.fetch(username).then((stored) => {
      const fetched = provenHa1(answer, stored, request.message);
      if (fetched !== undefined) return this.#admit(request, answer, username, fetched);
      return challenge(request, this, faultOf(answer, stored), this.offer.withholds(answer.credentials));
    });
  }

  /** The password is right: the nonce must not have been used so before, and the user must be who he says he is. */
  #admit(request: ProxyRequest, answer: FreshAnswer, username: string, ha1: string): StepResult {
    const { credentials, algorithm, nonce } = answer;
    const count = credentials.nc === undefined ? 1 : Number.parseInt(credentials.nc, 16);
    if (!this.nonces.use(nonce, count)) return challenge(request, this, 'nonce used before', true);
    if (!claimsToBe(request.message, username, this.#local)) {
      return refuse(request, 403, 'Forbidden', `${username} may not act for another user`);
    }
    request.user = username;
    if (request.method === 'REGISTER') {
      request.authenticationInfo = (body) =>
        formatAuthenticationInfo({ credentials, algorithm, ha1, nextnonce: this.nonces.issue(), body });
    }
    return CONTINUE;
  }
}

/** Why, for the log only: the answers do not differ (D11). */
function faultOf({ algorithm }: Answer, stored: StoredHashes | undefined): string {
  if (stored === undefined) return 'unknown user';
  return stored[algorithm] === undefined ? `no ${algorithm} hash of the password` : 'wrong password';
}

function refuse(request: ProxyRequest, status: number, reason: string, because: string): typeof EXIT {
  request.reply(status, reason, { because });
  return EXIT;
}
