import { parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri, uriParam } from '../sip/uri.js';
import type { Listener, Target } from '../transport/transport.js';
import { type Forwarding, forwardedRequest } from './forward.js';
import type { Interface } from './interface.js';
import { type Attempt, isSipsUri } from './next-hop.js';
import type { ProxyRequest } from './request.js';
import { asRequestUri } from './request-uri.js';
import type { RouteSets } from './route-set.js';
import type { BranchTarget } from './targets.js';

/** How a request leaves, on whichever branch. */
export interface Manner {
  /** See loop.ts. */
  readonly hash: string;
  /** Route values on top that stay here. */
  readonly ownRoutes: number;
  /** The Route value below them, which says the next hop. */
  readonly nextRoute: string | undefined;
  /** The interface that the Route of the dialog names. */
  readonly outbound: SipUri | undefined;
  readonly recordRoute: boolean;
  /** The Contact to write, of a phone behind a NAT. */
  readonly contact: string | undefined;
}

/** What tells one branch from another. */
export interface BranchMark {
  /** Via's branch. */
  readonly id: string;
  readonly maxBreadth: number | undefined;
}

/** A request as it is put on the wire. */
export interface Outgoing {
  readonly target: Target;
  readonly text: string;
  /** What to try when the target refuses, before anything else. */
  readonly instead?: Attempt;
}

export interface WriterNeeds {
  readonly transports: {
    listenerFor(target: Target): Listener | undefined;
    sentBy(listener: Listener, towards: string): { host: string; port: number };
  };
  readonly routeSets: RouteSets;
  /** The realm whose credentials stay here. */
  readonly realm: string;
  /** Octets above which a request for a UDP address goes by TCP (RFC 3261 18.1.1); 0: none does. */
  readonly udpSize: number;
}

/** Writes a request as it leaves for one address of one branch (RFC 3261 16.6, 18.1.1). */
export class RequestWriter {
  readonly #need: WriterNeeds;

  constructor(need: WriterNeeds) {
    this.#need = need;
  }

  /**
   * RFC 3261 18.1.1: what is too large for UDP goes by TCP, and by UDP after all when nobody takes it there. A flow through
   * a NAT is left as it is, for it is the only way.
   */
  write(request: ProxyRequest, attempt: Attempt, manner: Manner, mark: BranchMark): Outgoing {
    const { target } = attempt;
    const text = this.#text(request, attempt, manner, mark);
    const { udpSize, transports } = this.#need;
    const isLarge = udpSize > 0 && text.length > udpSize && target.protocol === 'udp';
    if (!isLarge || attempt.isFlow || attempt.isLastResort === true) return { target, text };
    const stream: Target = { protocol: 'tcp', address: target.address, port: target.port };
    const listener = transports.listenerFor(stream);
    if (listener === undefined) return { target, text };
    const byStream = { ...attempt, target: { ...stream, listener } };
    const instead = { ...attempt, isLastResort: true };
    return { target: byStream.target, text: this.#text(request, byStream, manner, mark), instead };
  }

  #text(request: ProxyRequest, { to, target }: Attempt, manner: Manner, { id, maxBreadth }: BranchMark): string {
    const { routeSets, realm } = this.#need;
    const via = this.#interface(target.listener, target.address);
    const inbound = this.#interface(request.source.listener, request.source.address);
    const isSecure = isSipsUri(to.uri) || isSipsUri(request.message.requestUri);
    const forwarding: Forwarding = {
      ...this.#routed(to, manner),
      maxForwards: request.maxForwards,
      maxBreadth,
      via,
      branch: id,
      recordRoute: manner.recordRoute ? routeSets.record(request.message, inbound, via, isSecure) : [],
      contact: manner.contact,
      consumedRealm: request.user === undefined ? undefined : realm,
    };
    return forwardedRequest(request.message, forwarding);
  }

  /** Request-URI and Route: as they are, or for a next hop that is a strict router as that one wants them (16.6 step 6). */
  #routed(
    { uri, binding }: BranchTarget,
    { nextRoute, ownRoutes }: Manner,
  ): Pick<Forwarding, 'requestUri' | 'ownRoutes' | 'path' | 'lastRoute'> {
    const path = binding?.path ?? [];
    const strict = strictRouter(nextRoute ?? path[0]);
    if (strict === undefined) return { requestUri: asRequestUri(uri), ownRoutes, path, lastRoute: undefined };
    const lastRoute = `<${uri}>`;
    if (nextRoute === undefined)
      return { requestUri: strict, ownRoutes, path: [...path.slice(1), lastRoute], lastRoute: undefined };
    return { requestUri: strict, ownRoutes: ownRoutes + 1, path, lastRoute };
  }

  #interface(listener: Listener | undefined, towards: string): Interface {
    if (listener === undefined) throw new Error('a request is sent to an address that no listener can send to');
    const { host, port } = this.#need.transports.sentBy(listener, towards);
    return { protocol: listener.protocol, host, port };
  }
}

/** The URI of a Route value that has no `lr`; undefined for a loose router and where there is no Route. */
function strictRouter(route: string | undefined): string | undefined {
  if (route === undefined) return undefined;
  const text = parseNameAddr(route)?.uriText ?? '';
  const uri = parseUri(text);
  return uri === undefined || uriParam(uri, 'lr') !== undefined ? undefined : text;
}
