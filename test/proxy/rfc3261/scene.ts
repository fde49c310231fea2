import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Binding } from '../../../src/registrar/binding.js';
import { request, requests, statuses } from '../messages.js';
import { DOMAIN, type Sent, type VirtualProxy, type VirtualSettings, virtualProxy } from '../virtual-proxy.js';

/** A carrier that may call anywhere. */
export const CARRIER = 'udp:203.0.113.7:5060';
export const VIA = '203.0.113.7:5060';

export const phone = (n: number) => `udp:198.51.100.${n}:5060`;
export const contact = (n: number) => `sip:bob@198.51.100.${n}:5060`;

export const trusted = (options: VirtualSettings = {}): Promise<VirtualProxy> =>
  virtualProxy({ ...options, addresses: [{ ip_addr: '203.0.113.7' }] });

/** Registers bob at these contacts, without a REGISTER. */
export async function bind(proxy: VirtualProxy, ...bindings: Partial<Binding>[]): Promise<void> {
  const upserts = bindings.map((binding, index) => ({ ...bindingAt(index), ...binding }));
  await proxy.locations.change(`bob@${DOMAIN}`, { upserts, deletes: [] });
}

function bindingAt(index: number): Binding {
  return {
    ruid: `ruid-${index}`,
    aor: `bob@${DOMAIN}`,
    contact: contact(index + 1),
    received: undefined,
    path: [],
    expires: Number.POSITIVE_INFINITY,
    q: -1,
    callId: `register-${index}`,
    cseq: 1,
    modified: index,
    userAgent: '',
    socket: undefined,
    methods: undefined,
    instance: undefined,
    regId: 0,
    flags: 0,
    cflags: 0,
    flow: undefined,
  };
}

export interface Call {
  readonly replies: number[];
  readonly branches: Sent[];
}

/** What an INVITE of the carrier leads to. */
export async function invite(proxy: VirtualProxy, parts: object = {}): Promise<Call> {
  const sent = await proxy.receive(request({ via: VIA, ...parts }), CARRIER);
  return { replies: statuses(sent), branches: requests(sent) };
}

export const first = <T>(list: readonly T[]): T => list[0] as T;

/** The only one of a list; fails where there are more or none. */
export function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new Error(`one was expected, not ${list.length}`);
  return list[0] as T;
}

export const methods = (sent: readonly Sent[]) => requests(sent).map(({ text }) => text.slice(0, text.indexOf(' ')));

/** A name server that never answers. */
export async function silentPort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
