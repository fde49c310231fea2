import type { LoadedSettings } from '../config/load.js';
import { messageOf } from '../errors.js';
import { asRequestUri } from '../proxy/request-uri.js';
import type { Binding } from '../registrar/binding.js';
import type { Locations } from '../registrar/locations.js';
import { parseUri } from '../sip/uri.js';
import type { Connection, Listener, Target } from '../transport/transport.js';
import type { Log } from './log.js';
import { NatPings } from './nat-pings.js';
import { type Pinging, pingTarget } from './ping.js';

export interface BindingPingNeeds extends Pinging {
  readonly transports: Pinging['transports'] & {
    readonly listeners: readonly Listener[];
    connection(id: number): Connection | undefined;
    send(target: Target, text: string, failed: (error: Error) => void): void;
  };
  /** What is sent over UDP; a stream always gets OPTIONS, because it has keep-alives of its own. */
  readonly kind: 'options' | 'crlf';
  /** Seconds to wait for an answer. */
  readonly patience: number;
}

/** What opens the way through a NAT and asks for no answer (RFC 3261 7.5: empty lines before a message do not count). */
const CRLF = '\r\n\r\n';

/**
 * Pings a phone on the way that it registered by. True for any answer, false for none, undefined for a ping that is not
 * answered.
 */
export async function pingBinding(binding: Binding, need: BindingPingNeeds): Promise<boolean | undefined> {
  const target = targetOf(binding, need.transports);
  if (target === undefined) return false;
  if (need.kind === 'crlf' && target.protocol === 'udp') {
    // Whether it arrives nobody can tell.
    need.transports.send(target, CRLF, () => undefined);
    return undefined;
  }
  return (await pingTarget(asRequestUri(binding.contact), target, need.patience, need)).isAnswer;
}

/** The connection that it registered over; by UDP the address that it came from, and the socket that it came to. */
function targetOf(binding: Binding, transports: BindingPingNeeds['transports']): Target | undefined {
  const { flow, received, socket } = binding;
  const connection = flow === undefined ? undefined : transports.connection(flow.id);
  if (connection !== undefined) {
    const { listener, address, port } = connection;
    return { protocol: listener.protocol, address, port, listener, connection };
  }
  const uri = received === undefined ? undefined : parseUri(received);
  const listener = transports.listeners.find(({ name }) => name === socket);
  if (uri?.port === undefined || listener?.protocol !== 'udp') return undefined;
  return { protocol: 'udp', address: uri.host.replace(/^\[|\]$/g, ''), port: uri.port, listener };
}

/** Seconds to wait for an answer at most: as long as the transaction of the OPTIONS lasts (RFC 3261 17.1.2.2, 64*T1). */
const LONGEST_PATIENCE = 32;

/** The pings that the settings ask for; undefined for none. */
export function natPingsOf(
  settings: LoadedSettings,
  need: Omit<BindingPingNeeds, 'kind' | 'patience'> & { readonly locations: Locations; readonly log: Log },
): NatPings | undefined {
  const interval = settings.get('nat.ping-interval');
  if (interval === 0) return undefined;
  const pinging = { ...need, kind: settings.get('nat.ping'), patience: Math.min(interval, LONGEST_PATIENCE) };
  return new NatPings({
    clock: need.clock,
    locations: need.locations,
    interval,
    misses: settings.get('nat.ping-misses'),
    ping: (binding) => pingBinding(binding, pinging),
    failed: (error) => need.log.error({ event: 'database' }, `a binding could not be removed: ${messageOf(error)}`),
  });
}
