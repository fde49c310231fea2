import { type Binding, needsFlow } from '../registrar/binding.js';
import { Header } from '../sip/header.js';
import { SipRequest } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import type { SipUri } from '../sip/uri.js';
import type { ClientTransaction, ClientTransactions } from '../transaction/client.js';
import type { ServerTransaction } from '../transaction/server.js';
import type { Connection, Listener, Target } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import { aliasOf, nattedContact, refreshesTarget } from './alias.js';
import { Branch, type BranchNeeds } from './branch.js';
import { breadthOf, shareOf } from './breadth.js';
import { branchWith, loopHash, statelessBranch } from './loop.js';
import { type Attempt, attemptsFor, isSipsUri, type NextHops, NoNextHop } from './next-hop.js';
import { type Manner, RequestWriter, type WriterNeeds } from './outgoing.js';
import type { ProxyRequest } from './request.js';
import { type Answered, ResponseContext } from './response-context.js';
import type { RouteSet } from './route-set.js';
import { TargetSearch } from './search.js';
import { type BranchTarget, type ForkOrder, groupsOf } from './targets.js';

/** What the relay uses of the transports. */
export interface Sending {
  readonly listeners: readonly Listener[];
  listenerFor(target: Target): Listener | undefined;
  sentBy(listener: Listener, towards: string): { host: string; port: number };
  connection(id: number): Connection | undefined;
  send(target: Target, text: string, failed: (error: Error) => void): void;
}

export interface RelayNeeds extends WriterNeeds {
  readonly clock: Clock;
  /** Milliseconds; see Branch. */
  readonly timerC: number;
  readonly transports: Sending;
  readonly clients: Pick<ClientTransactions, 'start'>;
  readonly resolve: (uri: SipUri) => Target[] | Promise<Target[]>;
  /** Told of the answer to each relayed request. */
  readonly answered: Answered;
  /** Told of a binding whose flow has failed (RFC 5626 5.3). */
  readonly flowFailed: (binding: Binding) => void;
  /** Told why an address could not be sent to. */
  readonly unreachable: (target: Target, error: Error) => void;
  readonly order: ForkOrder;
  /** Branches that a request may have at once when it does not say so itself (RFC 5393). */
  readonly maxBreadth: number;
  /** Whether Contacts of phones behind a NAT get an alias. */
  readonly alias: boolean;
  /** Whether a redirection of that request is followed to the URI; undefined when none is. */
  readonly mayFollow: ((request: ProxyRequest, uri: SipUri) => boolean) | undefined;
}

/** Requests that form a dialog are record-routed (RFC 3261 16.6 step 4, kamailio.cfg). */
const DIALOG_FORMING: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);
const DAY = 86_400;

/** Forwards requests and brings their responses back: the stateful proxy of RFC 3261 16, Kamailio's `t_relay()`. */
export class Relay {
  readonly #need: RelayNeeds;
  readonly #writer: RequestWriter;
  readonly #nextHops: NextHops;
  readonly #contexts = new Map<ServerTransaction, ResponseContext>();

  constructor(need: RelayNeeds) {
    this.#need = need;
    this.#writer = new RequestWriter(need);
    const { resolve, transports } = need;
    this.#nextHops = {
      resolve,
      listeners: transports.listeners,
      listenerFor: (target) => transports.listenerFor(target),
      connection: (id) => transports.connection(id),
      sentBy: (listener, towards) => transports.sentBy(listener, towards),
    };
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
    const manner = { ownRoutes, nextRoute: undefined, outbound: undefined, recordRoute };
    this.#forward(request, request.targets, this.#manner(request, manner));
  }

  /** Forwards a request of a dialog along the rest of its route set, or to its Request-URI. */
  withinDialog(request: ProxyRequest, routeSet: RouteSet): void {
    const { own: ownRoutes, outbound, rest } = routeSet;
    const uri = request.message.requestUri;
    const target = (this.#need.alias && rest.length === 0 ? aliasOf(uri) : undefined) ?? { uri };
    const manner = this.#manner(request, { ownRoutes, nextRoute: rest[0], outbound, recordRoute: false });
    if (request.method === 'ACK') this.#forwardAck(request, target, manner);
    else this.#forward(request, [target], manner);
  }

  /** Cancels what an INVITE was forked to (RFC 3261 16.10). */
  cancelBranches(invite: ServerTransaction, reasons: readonly string[]): void {
    this.#contexts.get(invite)?.cancel(reasons);
  }

  #manner(request: ProxyRequest, route: Omit<Manner, 'hash' | 'contact'>): Manner {
    const isAliased = this.#need.alias && refreshesTarget(request.method);
    return { ...route, hash: loopHash(request.message), contact: isAliased ? nattedContact(request) : undefined };
  }

  #forward(request: ProxyRequest, targets: readonly BranchTarget[], manner: Manner): void {
    const { order, maxBreadth, mayFollow, answered, alias } = this.#need;
    const breadth = breadthOf(request.message, maxBreadth);
    const groups = groupsOf(targets, order);
    if (breadth === undefined) request.reply(400, 'Max-Breadth is illegal');
    else if (groups.some((group) => group.length > breadth)) request.reply(440, 'Max-Breadth Exceeded');
    else if (groups.length === 0) request.reply(480, 'Temporarily Unavailable');
    else {
      const search = new TargetSearch(
        {
          order,
          breadth,
          mayFollow: mayFollow && ((uri) => mayFollow(request, uri)),
          fork: (context, group) => this.#fork(request, context, group, manner, breadth),
        },
        groups,
      );
      search.next(this.#open(request, new ResponseContext(request, { search, answered, alias })));
    }
  }

  #open(request: ProxyRequest, context: ResponseContext): ResponseContext {
    const transaction = request.stateful();
    this.#contexts.set(transaction, context);
    const expiry = this.#expiry(request, context);
    transaction.onTerminated = () => {
      expiry?.cancel();
      this.#contexts.delete(transaction);
    };
    // RFC 3261 17.2.1: the caller stops repeating himself before any name is resolved.
    if (request.method === 'INVITE') request.trying();
    return context;
  }

  /** An INVITE that says how long it is good for is taken back when that time is over (RFC 3261 13.2.1, 20.19). */
  #expiry(request: ProxyRequest, context: ResponseContext) {
    if (request.method !== 'INVITE') return undefined;
    const seconds = Number(request.message.first(Header.Expires) ?? 0);
    // A call that has rung for a day has met timer C.
    return seconds > 0 && seconds < DAY ? this.#need.clock.after(seconds * 1000, () => context.cancel([])) : undefined;
  }

  #fork(
    request: ProxyRequest,
    context: ResponseContext,
    group: readonly BranchTarget[],
    manner: Manner,
    breadth: number,
  ): void {
    for (const [index, to] of group.entries()) {
      const share = shareOf(breadth, group.length, index);
      this.#attempts(to, manner, (attempts) => {
        if (attempts.length > 0) context.add(new Branch(this.#branchNeeds(request, manner, share), context, attempts));
        else context.unreachable(this.#nowhere(to));
      });
    }
  }

  /** The answer of a branch to which no address leads: for a `sips` URI no secure one, for a flow not its connection. */
  #nowhere({ uri, binding }: BranchTarget): number {
    if (binding === undefined || !needsFlow(binding)) return isSipsUri(uri) ? 480 : 503;
    this.#need.flowFailed(binding);
    return 430;
  }

  /** Makes out the addresses of a next hop; none when there is no way to it. */
  #attempts(to: BranchTarget, manner: Manner, use: (attempts: readonly Attempt[]) => void): void {
    try {
      const attempts = attemptsFor(to, manner, this.#nextHops);
      if (Array.isArray(attempts)) use(attempts);
      else attempts.then(use, () => use([]));
    } catch (error) {
      if (!(error instanceof NoNextHop)) throw error;
      use([]);
    }
  }

  #branchNeeds(request: ProxyRequest, manner: Manner, maxBreadth: number): BranchNeeds {
    const { clock, timerC, clients, flowFailed, unreachable } = this.#need;
    return {
      clock,
      timerC,
      flowFailed,
      unreachable,
      isInvite: request.method === 'INVITE',
      start: (attempt: Attempt, branch: Branch): ClientTransaction => {
        const mark = { id: branchWith(manner.hash), maxBreadth };
        const { target, text, instead } = this.#writer.write(request, attempt, manner, mark);
        if (instead !== undefined) branch.tryNext(instead);
        const sent = parseMessage(text);
        if (!(sent instanceof SipRequest))
          throw new Error('a request that was read could not be read after forwarding');
        return clients.start(sent, target, branch);
      },
    };
  }

  /** ACK of a 2xx: passes once, keeps nothing (RFC 3261 16.11). */
  #forwardAck(request: ProxyRequest, to: BranchTarget, manner: Manner): void {
    this.#attempts(to, manner, (attempts) => this.#sendAck(request, attempts, manner));
  }

  /** Nobody is there to be told when no address takes it: an ACK that is lost is sent again when the 2xx is repeated. */
  #sendAck(request: ProxyRequest, [attempt, ...others]: readonly Attempt[], manner: Manner): void {
    if (attempt === undefined) return;
    const mark = { id: statelessBranch(request.message, manner.hash), maxBreadth: undefined };
    const { target, text, instead } = this.#writer.write(request, attempt, manner, mark);
    const rest = instead === undefined ? others : [instead, ...others];
    this.#need.transports.send(target, text, () => this.#sendAck(request, rest, manner));
  }
}
