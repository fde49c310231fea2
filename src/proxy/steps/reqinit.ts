import { Header } from '../../sip/header.js';
import { checkRequest } from '../../sip/sanity.js';
import type { Local } from '../local.js';
import { isLooped } from '../loop.js';
import type { ProxyRequest } from '../request.js';
import { preprocessed } from '../route-information.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface RequestLimits {
  /** Octets of a whole request. */
  readonly messageSize: number;
  /** Octets of the Request-URI. */
  readonly uriSize: number;
}

const SCANNERS = ['friendly', 'scanner', 'sipcli', 'sipvicious', 'vaxsipuseragent', 'pplsip'];
const MOST_HOPS = 70;

/**
 * REQINIT of kamailio.cfg: scanners, size, sanity, Max-Forwards, loops, Proxy-Require, in the order of RFC 3261 16.3, and
 * then its 16.4, after which the other steps see the request as if no strict router had been in the way.
 */
export function reqinit(limits: RequestLimits, local: Local): Step {
  return {
    name: 'reqinit',
    run(request) {
      const { message } = request;
      if (isScanner(message.first(Header.UserAgent))) return drop(request, 'its User-Agent is that of a scanner');
      if (message.text.length > limits.messageSize) return refuse(request, 403, 'Message too large');
      if (message.requestUri.length > limits.uriSize) return refuse(request, 403, 'R-URI too large');
      const refusal = checkRequest(message);
      if (refusal !== undefined) {
        if (refusal.status === 0) return drop(request, refusal.reason);
        return refuse(request, refusal.status, refusal.reason, refusal.headers);
      }
      const end = checkHops(request) ?? checkLoop(request) ?? checkExtensions(request);
      if (end !== undefined) return end;
      request.rewrite(preprocessed(message, request.source, local));
      return CONTINUE;
    },
  };
}

function isScanner(userAgent: string | undefined): boolean {
  if (userAgent === undefined) return false;
  const name = userAgent.toLowerCase();
  return SCANNERS.some((scanner) => name.includes(scanner));
}

/** RFC 3261 16.3 step 3. */
function checkHops(request: ProxyRequest): typeof EXIT | undefined {
  const value = request.message.first(Header.MaxForwards);
  if (value === undefined) return undefined;
  const hops = value.length <= 10 ? Number(value) : Number.NaN;
  if (!Number.isInteger(hops) || hops <= 0 || value.trim() !== value) return refuse(request, 483, 'Too Many Hops');
  request.maxForwards = Math.min(hops - 1, MOST_HOPS);
  return undefined;
}

/** RFC 3261 16.3 step 4, RFC 5393 4.2. */
function checkLoop(request: ProxyRequest): typeof EXIT | undefined {
  return isLooped(request.message) ? refuse(request, 482, 'Loop Detected') : undefined;
}

/** RFC 3261 16.3 step 5: we support no extension that a proxy could be required to have. */
function checkExtensions(request: ProxyRequest): typeof EXIT | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  const required = request.message.list(Header.ProxyRequire);
  if (required.length === 0) return undefined;
  return refuse(request, 420, 'Bad Extension', [['Unsupported', required.join(', ')]]);
}

function drop(request: ProxyRequest, because: string): typeof EXIT {
  request.drop(because);
  return EXIT;
}

function refuse(
  request: ProxyRequest,
  status: number,
  reason: string,
  headers: readonly (readonly [string, string])[] = [],
): typeof EXIT {
  request.reply(status, reason, { headers });
  return EXIT;
}
