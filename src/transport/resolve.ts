import { type SipUri, uriParam } from '../sip/uri.js';
import type { Clock } from '../util/clock.js';
import { addressOfHost, isHostName, plainAddress } from './address.js';
import { RecordCache } from './dns/cache.js';
import { type Caches, Findings } from './dns/findings.js';
import { locate, type Means, type Question } from './dns/locate.js';
import { type Lookup, plainName, Queries } from './dns/queries.js';
import type { Found } from './dns/records.js';
import type { Random } from './dns/weights.js';
import { defaultPort, isSecure, protocolNamed } from './protocol.js';
import type { Protocol, Target } from './transport.js';

/** Milliseconds that a name may take. */
const TIME_LIMIT = 5000;
/** The part of it that one step of NAPTR, SRV and address may take, so that some is left for the system's own lookup. */
const STEP = 0.3;
/** The part of it after which a query is repeated. */
const FIRST_TRY = 0.125;

/** What a domain may choose among when the URI leaves it open, in our order. */
const CHOICE: readonly Protocol[] = ['udp', 'tcp', 'tls'];
/** What a `sips` URI makes of the transport that it names (RFC 3261 26.2.2). */
const SECURED: ReadonlyMap<Protocol, Protocol> = new Map([
  ['tcp', 'tls'],
  ['tls', 'tls'],
  ['ws', 'wss'],
  ['wss', 'wss'],
]);

export interface ResolverOptions {
  /** Those that we can send with; UDP and TCP when left out. */
  readonly protocols?: readonly Protocol[];
  /** Of the addresses that we can send to; both when left out. */
  readonly families?: readonly (4 | 6)[];
  /** Name servers as `address` or `address:port`; the system's when left out. */
  readonly servers?: readonly string[] | undefined;
  /** Milliseconds that a name may take. */
  readonly limit?: number;
  readonly random?: Random;
  readonly lookup?: Lookup;
}

/**
 * Finds where to send a request for a URI (RFC 3263).
 *
 * `maddr` is not followed: it would let a registered contact point somewhere else than it says (security.md R6).
 */
export class Resolver {
  readonly #clock: Clock;
  readonly #protocols: ReadonlySet<Protocol>;
  readonly #choice: readonly Protocol[];
  readonly #means: Means;
  readonly #limit: number;
  readonly #caches: Caches;

  constructor(clock: Clock, options: ResolverOptions = {}) {
    const { protocols = ['udp', 'tcp'], families = [4, 6], random = Math.random, limit = TIME_LIMIT } = options;
    this.#clock = clock;
    this.#protocols = new Set(protocols);
    this.#choice = CHOICE.filter((protocol) => this.#protocols.has(protocol));
    this.#means = { families: new Set(families), random };
    this.#limit = limit;
    this.#caches = cachesOf(clock, limit, options);
  }

  /**
   * The targets in the order to try them, at once where the host is numeric or all about its name is remembered. An empty
   * list means that it can not be reached: a transport that we do not speak, a name without address or without answer
   * in time.
   */
  resolve(uri: SipUri): Target[] | Promise<Target[]> {
    if ((uri.scheme !== 'sip' && uri.scheme !== 'sips') || uri.port === 0) return [];
    const numeric = addressOfHost(uri.host);
    return numeric === undefined ? this.#byName(uri) : this.#byAddress(uri, plainAddress(numeric));
  }

  #byAddress(uri: SipUri, address: string): Target[] {
    const transport = uriParam(uri, 'transport');
    const protocol = transport === undefined ? this.#fallback(uri) : this.#named(uri, transport);
    if (protocol === undefined) return [];
    return [{ protocol, address, port: uri.port ?? defaultPort(protocol) }];
  }

  #byName(uri: SipUri): Target[] | Promise<Target[]> {
    const question = this.#question(uri);
    if (question === undefined) return [];
    const findings = new Findings(this.#caches);
    return locate(question, findings, this.#means) ?? this.#search(question, findings);
  }

  async #search(question: Question, findings: Findings): Promise<Target[]> {
    const timer = this.#clock.after(this.#limit, () => findings.end());
    let targets: Target[] | undefined;
    while (targets === undefined) {
      await findings.settle();
      targets = locate(question, findings, this.#means);
    }
    timer.cancel();
    return targets;
  }

  /** `undefined` for a transport that we do not speak and a name that nobody can have (RFC 6761 6.4). */
  #question(uri: SipUri): Question | undefined {
    const host = plainName(uri.host);
    if (!isHostName(host) || host.endsWith('.invalid')) return undefined;
    const transport = uriParam(uri, 'transport');
    if (transport === undefined) {
      const protocols = uri.scheme === 'sips' ? this.#choice.filter(isSecure) : this.#choice;
      return { host, port: uri.port, protocols, fallback: this.#fallback(uri), isOpen: true };
    }
    const protocol = this.#named(uri, transport);
    return protocol && { host, port: uri.port, protocols: [protocol], fallback: protocol, isOpen: false };
  }

  /** RFC 3263 4.1: UDP, for `sips` TLS. Only the domain itself can say that TLS is what a `sip` URI means. */
  #fallback(uri: SipUri): Protocol | undefined {
    const isSips = uri.scheme === 'sips';
    return this.#choice.find((protocol) => isSecure(protocol) === isSips);
  }

  #named(uri: SipUri, transport: string): Protocol | undefined {
    const named = protocolNamed(transport);
    const protocol = named !== undefined && uri.scheme === 'sips' ? SECURED.get(named) : named;
    return protocol !== undefined && this.#protocols.has(protocol) ? protocol : undefined;
  }
}

function cachesOf(clock: Clock, limit: number, options: ResolverOptions): Caches {
  const { servers, lookup } = options;
  const queries = new Queries({ servers, lookup, timeout: limit * FIRST_TRY });
  const dns = <R>(query: (name: string) => Promise<Found<R>>) => new RecordCache({ clock, limit: limit * STEP, query });
  return {
    naptr: dns((name) => queries.naptr(name)),
    srv: dns((name) => queries.srv(name)),
    a: dns((name) => queries.a(name)),
    aaaa: dns((name) => queries.aaaa(name)),
    system: new RecordCache({ clock, limit, query: (name) => queries.system(name) }),
  };
}
