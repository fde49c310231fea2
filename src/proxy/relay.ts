import { Header } from '../sip/header.js';
import { SipRequest } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import type { SipUri } from '../sip/uri.js';
import type { ClientTransaction, ClientTransactions, ClientUser } from '../transaction/client.js';
import type { ServerTransaction } from '../transaction/server.js';
import type { Listener, Target } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import { Branch, type BranchNeeds } from './branch.js';
import { type Forwarding, forwardedRequest } from './forward.js';
import { branchWith, isLooped, loopHash } from './loop.js';
import { NoNextHop, nextHops } from './next-hop.js';
import type { BranchTarget, ProxyRequest } from './request.js';
import { type Answered, ResponseContext } from './response-context.js';
import type { Interface, RouteSet, RouteSets } from './route-set.js';

/** What the relay uses of the transports. */
export interface Sending {
  readonly listeners: readonly Listener[];
  listenerFor(target: Target): Listener | undefined;
  sentBy(listener: Listener, towards: string): { host: string; port: number };
  send(target: Target, text: string, failed: (error: Error) => void): void;
}

export interface RelayNeeds {
  readonly clock: Clock;
  /** Milliseconds; see Branch. */
  readonly timerC: number;
  readonly transports: Sending;
  readonly clients: Pick<ClientTransactions, 'start'>;
  readonly routeSets: RouteSets;
  /** The realm whose credentials stay here. */
  readonly realm: string;
  resolve(uri: SipUri): Target[] | Promise<Target[]>;
  /** True for what we write into our own Via. */
  isOwnSentBy(host: string, port: number): boolean;
  /** Told of the answer to each relayed request. */
  readonly answered: Answered;
}

/** Requests that form a dialog are record-routed (RFC 3261 16.6 step 4, kamailio.cfg). */
const DIALOG_FORMING: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

/** How a request leaves. */
interface Manner {
  /** Route values on top that stay here. */
  readonly ownRoutes: number;
  /** The Route value below them, which says the next hop. */
  readonly nextRoute: string | undefined;
  readonly recordRoute: boolean;
}

/** Forwards requests and brings their responses back: the stateful proxy of RFC 3261 16, Kamailio's `t_relay()`. */
export class Relay {
  readonly #need: RelayNeeds;
  readonly #contexts = new Map<ServerTransaction, ResponseContext>();

  constructor(need: RelayNeeds) {
    this.#need = need;
  }

  /** Requests whose branches have not all ended yet. */
  get size(): number {
    return this.#contexts.size;
  }

  /** Forks a request that begins something to the targets that the route has found. */
  relay(request: ProxyRequest): void {
    // A Route in a request that begins something was not made by us: followed, it would make us an open relay.
    const ownRoutes = request.message.list(Header.Route).length;
    const recordRoute = DIALOG_FORMING.has(request.method);
    this.#forward(request, request.targets, { ownRoutes, nextRoute: undefined, recordRoute });
  }

  /** Forwards a request of a dialog along the rest of its route set, or to its Request-URI. */
  withinDialog(request: ProxyRequest, routeSet: RouteSet): void {
    const target: BranchTarget = { uri: request.message.requestUri };
    const manner = { ownRoutes: routeSet.own, nextRoute: routeSet.rest[0], recordRoute: false };
    if (request.method === 'ACK') this.#forwardAck(request, target, manner);
    else this.#forward(request, [target], manner);
  }

  /** Cancels what an INVITE was forked to (RFC 3261 16.10). */
  cancelBranches(invite: ServerTransaction, reasons: readonly string[]): void {
    this.#contexts.get(invite)?.cancel(reasons);
  }

  #forward(request: ProxyRequest, targets: readonly BranchTarget[], manner: Manner): void {
    const hash = loopHash(request.message);
    if (isLooped(request.message, hash, this.#need.isOwnSentBy)) {
      request.reply(482, 'Loop Detected');
      return;
    }
    const context = this.#open(request);
    context.expect(targets.length);
    for (const target of targets) this.#fork(request, context, target, manner, hash);
  }

  #open(request: ProxyRequest): ResponseContext {
    const transaction = request.stateful();
    const context = new ResponseContext(request, this.#need.answered);
    this.#contexts.set(transaction, context);
    transaction.onTerminated = () => this.#contexts.delete(transaction);
    // RFC 3261 17.2.1: the caller stops repeating himself before any name is resolved.
    if (request.method === 'INVITE') request.trying();
    return context;
  }

  #fork(request: ProxyRequest, context: ResponseContext, to: BranchTarget, manner: Manner, hash: string): void {
    this.#addresses(to, manner, (addresses) => {
      if (addresses.length === 0) context.unreachable(503);
      else context.add(new Branch(this.#branchNeeds(request, to, manner, hash), context, addresses));
    });
  }

  /** Makes out the addresses of a next hop, those that one of our listeners can send to; none when there is no way. */
  #addresses(to: BranchTarget, manner: Manner, use: (addresses: readonly Target[]) => void): void {
    const { resolve, transports } = this.#need;
    const usable = (targets: readonly Target[]) =>
      use(targets.filter((target) => (target.listener ?? transports.listenerFor(target)) !== undefined));
    try {
      const targets = nextHops(to, manner.nextRoute, { resolve, listeners: transports.listeners });
      if (Array.isArray(targets)) usable(targets);
      else targets.then(usable, () => use([]));
    } catch (error) {
      if (!(error instanceof NoNextHop)) throw error;
      use([]);
    }
  }

  #branchNeeds(request: ProxyRequest, to: BranchTarget, manner: Manner, hash: string): BranchNeeds {
    const { clock, timerC, clients } = this.#need;
    return {
      clock,
      timerC,
      isInvite: request.method === 'INVITE',
      start: (target: Target, user: ClientUser): ClientTransaction => {
        const sent = parseMessage(this.#text(request, to, target, manner, hash));
        if (!(sent instanceof SipRequest))
          throw new Error('a request that was read could not be read after forwarding');
        return clients.start(sent, target, user);
      },
    };
  }

  /** ACK of a 2xx: passes once, keeps nothing (RFC 3261 16.11). */
  #forwardAck(request: ProxyRequest, to: BranchTarget, manner: Manner): void {
    this.#addresses(to, manner, ([target]) => {
      if (target === undefined) return;
      const text = this.#text(request, to, target, manner, loopHash(request.message));
      // Nobody is there to be told: an ACK that is lost is sent again when the 2xx is repeated.
      this.#need.transports.send(target, text, () => undefined);
    });
  }

  #text(request: ProxyRequest, to: BranchTarget, target: Target, manner: Manner, hash: string): string {
    const { transports, routeSets, realm } = this.#need;
    const via = this.#interface(target.listener ?? transports.listenerFor(target), target.address);
    const inbound = this.#interface(request.source.listener, request.source.address);
    const forwarding: Forwarding = {
      requestUri: to.uri,
      maxForwards: request.maxForwards,
      via,
      branch: branchWith(hash),
      recordRoute: manner.recordRoute ? routeSets.record(request.message, inbound, via) : [],
      ownRoutes: manner.ownRoutes,
      path: to.binding?.path ?? [],
      consumedRealm: request.user === undefined ? undefined : realm,
    };
    return forwardedRequest(request.message, forwarding);
  }

  #interface(listener: Listener | undefined, towards: string): Interface {
    if (listener === undefined) throw new Error('a request is sent to an address that no listener can send to');
    const { host, port } = this.#need.transports.sentBy(listener, towards);
    return { protocol: listener.protocol, host, port };
  }
}
