import { parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri } from '../sip/uri.js';
import type { Listener, Target } from '../transport/transport.js';
import type { BranchTarget } from './request.js';

export interface NextHops {
  resolve(uri: SipUri): Target[] | Promise<Target[]>;
  readonly listeners: readonly Listener[];
}

/** A next hop that can not be made out: an unusable URI, or a name that does not resolve. */
export class NoNextHop extends Error {}

/**
 * The addresses to try for one branch, in order: the first Path or Route value, else where the binding was registered from,
 * else the URI itself (RFC 3261 16.6 step 6, RFC 3263). Answers at once when no name has to be resolved.
 */
export function nextHops(to: BranchTarget, route: string | undefined, need: NextHops): Target[] | Promise<Target[]> {
  const { binding } = to;
  const first = route ?? binding?.path[0];
  if (first !== undefined) return resolve(parseNameAddr(first)?.uriText ?? '', need);
  if (binding?.received === undefined) return withSocket(resolve(to.uri, need), binding?.socket, need);
  const received = withSocket(resolve(binding.received, need), binding.socket, need);
  // A connection may be gone; the phone may still listen where its contact says.
  if (!binding.received.includes(';transport=')) return received;
  return both(received, resolve(to.uri, need));
}

function resolve(text: string, need: NextHops): Target[] | Promise<Target[]> {
  const uri = parseUri(text);
  if (uri === undefined) throw new NoNextHop('the next hop is no URI that can be reached');
  return need.resolve(uri);
}

/** A phone behind a NAT can be reached only from the socket that it registered through. */
function withSocket(
  targets: Target[] | Promise<Target[]>,
  socket: string | undefined,
  need: NextHops,
): Target[] | Promise<Target[]> {
  if (!Array.isArray(targets)) return targets;
  const listener = need.listeners.find((candidate) => candidate.name === socket);
  if (listener === undefined) return targets;
  return targets.map((target) =>
    target.protocol === listener.protocol && target.address.includes(':') === (listener.family === 6)
      ? { ...target, listener }
      : target,
  );
}

function both(first: Target[] | Promise<Target[]>, second: Target[] | Promise<Target[]>): Target[] | Promise<Target[]> {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  return Promise.all([first, second]).then(([a, b]) => [...a, ...b]);
}
