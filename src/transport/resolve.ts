import { lookup as systemLookup } from 'node:dns/promises';
import { type SipUri, uriParam } from '../sip/uri.js';
import type { Clock } from '../util/clock.js';
import { addressOfHost, isHostName, plainAddress } from './address.js';
import { DEFAULT_PORT } from './listen-address.js';
import type { Protocol, Target } from './transport.js';

/** Milliseconds that a name may take. */
const TIME_LIMIT = 5000;
/** Milliseconds that an answer is used again; getaddrinfo does not tell the record's own time to live. */
const REMEMBERED = 30_000;
const MAX_REMEMBERED = 1000;
const MAX_WAITING = 64;

export type Lookup = (name: string) => Promise<readonly { address: string }[]>;

interface Answer {
  readonly addresses: readonly string[];
  readonly until: number;
}

const hostLookup: Lookup = (name) => systemLookup(name, { all: true, verbatim: true });

/**
 * Finds where to send a request for a URI (RFC 3263), for now by address records only, in the system's order.
 *
 * `maddr` is not followed: it would let a registered contact point somewhere else than it says (security.md R6).
 */
export class Resolver {
  readonly #answers = new Map<string, Answer>();
  readonly #waiting = new Map<string, Promise<readonly string[]>>();

  constructor(
    readonly clock: Clock,
    readonly lookup: Lookup = hostLookup,
  ) {}

  /**
   * The targets in the order to try them, at once where the host is numeric or its name is remembered. An empty list
   * means that it can not be reached: a transport that we do not speak, a name without address or without answer in 5 s.
   */
  resolve(uri: SipUri): Target[] | Promise<Target[]> {
    const protocol = protocolOf(uri);
    const port = uri.port ?? DEFAULT_PORT;
    if (protocol === undefined || port === 0) return [];
    const numeric = addressOfHost(uri.host);
    if (numeric !== undefined) return [{ protocol, address: plainAddress(numeric), port }];
    const name = uri.host.toLowerCase();
    if (!isHostName(name)) return [];
    const answer = this.#answers.get(name);
    if (answer !== undefined && answer.until > this.clock.now()) return targets(protocol, answer.addresses, port);
    return this.#ask(name).then((addresses) => targets(protocol, addresses, port));
  }

  /** Asks once for all who wait for the same name. */
  #ask(name: string): Promise<readonly string[]> {
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting;
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve([]);
    const asked = this.#askInTime(name).finally(() => this.#waiting.delete(name));
    this.#waiting.set(name, asked);
    return asked;
  }

  #askInTime(name: string): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const timer = this.clock.after(TIME_LIMIT, () => resolve([]));
      const answer = (addresses: readonly string[]) => {
        timer.cancel();
        this.#remember(name, addresses);
        resolve(addresses);
      };
      this.lookup(name).then(
        (found) => answer(found.map((record) => plainAddress(record.address))),
        // No such name, or no name server: unreachable either way, and not asked again for a while.
        () => answer([]),
      );
    });
  }

  #remember(name: string, addresses: readonly string[]): void {
    if (this.#answers.size >= MAX_REMEMBERED) this.#answers.clear();
    this.#answers.set(name, { addresses, until: this.clock.now() + REMEMBERED });
  }
}

/** RFC 3263 4.1 for numeric hosts: the parameter, else UDP. `sips` needs TLS. */
function protocolOf(uri: SipUri): Protocol | undefined {
  if (uri.scheme !== 'sip') return undefined;
  const transport = uriParam(uri, 'transport')?.toLowerCase() ?? 'udp';
  return transport === 'udp' || transport === 'tcp' ? transport : undefined;
}

function targets(protocol: Protocol, addresses: readonly string[], port: number): Target[] {
  return addresses.map((address) => ({ protocol, address, port }));
}
