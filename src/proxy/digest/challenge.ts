import { formatChallenge } from '../../sip/digest.js';
import type { Nonces } from '../nonces.js';
import type { ProxyRequest } from '../request.js';
import { EXIT } from '../step.js';
import type { Offer } from './offer.js';
import type { RecentNonces } from './recent-nonces.js';

export interface Challenger {
  readonly realm: string;
  readonly nonces: Nonces;
  readonly recent: RecentNonces;
  readonly offer: Offer;
}

/**
 * 401 to a REGISTER, 407 to anything else (RFC 3261 22.2, 22.3), with a challenge for each algorithm and one nonce for
 * all (RFC 8760 2.3). `stale` tells the phone to answer again without asking for the password.
 */
export function challenge(request: ProxyRequest, by: Challenger, because: string, stale = false): typeof EXIT {
  const { realm, offer } = by;
  const nonce = by.recent.nonceFor(request, by.nonces);
  const isRegister = request.method === 'REGISTER';
  const name = isRegister ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const headers = offer
    .algorithms()
    .map((algorithm) => [name, formatChallenge({ realm, nonce, qop: offer.qop, stale, algorithm })] as const);
  if (isRegister) request.reply(401, 'Unauthorized', { headers, because });
  else request.reply(407, 'Proxy Authentication Required', { headers, because });
  return EXIT;
}
