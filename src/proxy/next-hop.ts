import type { Binding } from '../registrar/binding.js';
import { parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri } from '../sip/uri.js';
import { isSecure } from '../transport/protocol.js';
import type { Connection, Listener, Target } from '../transport/transport.js';
import type { BranchTarget } from './targets.js';

/** What the next hop is made out with. */
export interface NextHops {
  readonly listeners: readonly Listener[];
  resolve(uri: SipUri): Target[] | Promise<Target[]>;
  listenerFor(target: Target): Listener | undefined;
  /** The open connection of that id. */
  connection(id: number): Connection | undefined;
  /** The address that is written into what leaves by a listener. */
  sentBy(listener: Listener, towards: string): { host: string; port: number };
}

/** What the Route of a request says about its next hop. */
export interface Way {
  /** The first value that is not ours. */
  readonly nextRoute: string | undefined;
  /** The value of ours that names the interface that it leaves by (RFC 5658 5). */
  readonly outbound: SipUri | undefined;
}

/** One address to try for a branch. */
export interface Attempt {
  /** The contact that it leads to: a branch may have several, the flows of one phone. */
  readonly to: BranchTarget;
  readonly target: Target;
  /** It is the way on which the phone came, through a NAT or a connection of its own, and there is no other way. */
  readonly isFlow: boolean;
  /** By UDP although the request is too large for it: nobody took it by TCP. */
  readonly isLastResort?: boolean;
}

/** A next hop that can not be made out: an unusable URI, or a name that does not resolve. */
export class NoNextHop extends Error {}

/**
 * What to try for one branch, in order: the first Path or Route value, else where the binding was registered from, else
 * the URI itself (RFC 3261 16.6 step 6, RFC 3263), then the same for the other flows of the phone. Only addresses that
 * one of our listeners can send to, and for a `sips` URI only secure ones (RFC 3261 26.2.2, RFC 5630). Answers at once
 * when no name has to be resolved.
 */
export function attemptsFor(to: BranchTarget, way: Way, need: NextHops): Attempt[] | Promise<Attempt[]> {
  const attempts = attemptsAt(to, way, need);
  if (to.otherFlows === undefined) return attempts;
  return to.otherFlows.reduce((before, flow) => joined(before, attemptsAt(flow, way, need)), attempts);
}

function attemptsAt(to: BranchTarget, way: Way, need: NextHops): Attempt[] | Promise<Attempt[]> {
  const isSips = isSipsUri(to.uri);
  const usable = (isFlow: boolean) => (targets: Target[]) =>
    targets
      .map((target) => withListener(target, to.binding, way, need))
      .filter((target) => target.listener !== undefined && (!isSips || isSecure(target.protocol)))
      .map((target) => ({ to, target, isFlow }));
  const first = way.nextRoute ?? to.binding?.path[0];
  if (first !== undefined) return mapped(resolve(parseNameAddr(first)?.uriText ?? '', need), usable(false));
  const flow = flowOf(to, need);
  const direct = () => mapped(resolve(to.uri, need), usable(false));
  if (flow === undefined) return direct();
  const onFlow = mapped(flow, usable(true));
  return mayBeReachedDirectly(to) ? joined(onFlow, direct()) : onFlow;
}

/** Where the phone behind the target came from, when that is not where its URI leads. */
function flowOf({ nextHop, binding }: BranchTarget, need: NextHops): Target[] | Promise<Target[]> | undefined {
  if (nextHop !== undefined) return [nextHop];
  if (binding?.flow !== undefined) return onConnection(need.connection(binding.flow.id));
  return binding?.received === undefined ? undefined : resolve(binding.received, need);
}

/** None when it has closed: nobody listens where a phone has called from. */
function onConnection(connection: Connection | undefined): Target[] {
  if (connection === undefined) return [];
  const { listener, address, port } = connection;
  return [{ protocol: listener.protocol, address, port, listener, connection }];
}

/** A connection may be gone; the phone may still listen where its contact says, though not if it is a WebSocket client. */
function mayBeReachedDirectly({ nextHop, binding }: BranchTarget): boolean {
  if (nextHop !== undefined) return nextHop.protocol !== 'udp';
  const isStream = binding?.flow !== undefined || binding?.received?.includes(';transport=') === true;
  return isStream && binding?.regId === 0;
}

function resolve(text: string, need: NextHops): Target[] | Promise<Target[]> {
  const uri = parseUri(text);
  if (uri === undefined) throw new NoNextHop('the next hop is no URI that can be reached');
  return need.resolve(uri);
}

/** A phone behind a NAT can be reached only from the socket that it registered through. */
function withListener(target: Target, binding: Binding | undefined, { outbound }: Way, need: NextHops): Target {
  if (target.listener !== undefined) return target;
  const registered = binding?.path.length === 0 ? listenerNamed(binding.socket, target, need) : undefined;
  const routed = outbound === undefined ? undefined : listenerAt(outbound, target, need);
  const listener = registered ?? routed ?? need.listenerFor(target);
  return listener === undefined ? target : { ...target, listener };
}

function listenerNamed(name: string | undefined, target: Target, need: NextHops): Listener | undefined {
  if (name === undefined) return undefined;
  return need.listeners.find((listener) => listener.name === name && canSendTo(listener, target));
}

/** RFC 5658 5: what came by one interface goes on by the one that it was record-routed with. */
function listenerAt(uri: SipUri, target: Target, need: NextHops): Listener | undefined {
  return need.listeners.find((listener) => {
    if (!canSendTo(listener, target)) return false;
    const { host, port } = need.sentBy(listener, target.address);
    return host === uri.host && port === (uri.port ?? 5060);
  });
}

function canSendTo(listener: Listener, { protocol, address }: Target): boolean {
  return listener.protocol === protocol && listener.family === (address.includes(':') ? 6 : 4);
}

export function isSipsUri(text: string): boolean {
  return text.slice(0, 5).toLowerCase() === 'sips:';
}

function mapped<A, B>(value: A | Promise<A>, change: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(change) : change(value);
}

function joined(first: Attempt[] | Promise<Attempt[]>, second: Attempt[] | Promise<Attempt[]>) {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  return Promise.all([first, second]).then(([a, b]) => [...a, ...b]);
}
