import { hostKey } from '../sip/uri.js';
import { addressOfHost, familyOf, isWildcard, uriHost } from './address.js';
import { DEFAULT_PORT, type HostPort } from './listen-address.js';
import type { LocalAddresses } from './local-addresses.js';
import { defaultPort } from './protocol.js';
import type { Listener, SentBy } from './transport.js';

/** What this server is called by others: its listeners' addresses, the machine's for wildcards, the advertised one. */
export class OwnAddresses {
  readonly #wildcards: readonly Listener[];
  readonly #known: ReadonlySet<string>;
  readonly #defaultPorts: readonly number[];

  constructor(
    listeners: readonly Listener[],
    readonly local: LocalAddresses,
    readonly advertised?: HostPort | undefined,
  ) {
    this.#defaultPorts = [...new Set(listeners.map((listener) => defaultPort(listener.protocol)))];
    this.#wildcards = listeners.filter((listener) => isWildcard(listener.address));
    const names = listeners.map((listener) => keyOf(uriHost(listener.address), listener.port));
    const announced = listeners.map((listener) => this.#advertisedFor(listener)).filter((name) => name !== undefined);
    this.#known = new Set([...names, ...announced.map((name) => keyOf(name.host, name.port))]);
  }

  /**
   * Whether the host of a URI with that port is this server; without a port at the default one of a protocol that we
   * listen with. Names are never looked up.
   */
  has(host: string, port?: number): boolean {
    if (port === undefined) return this.#defaultPorts.some((absent) => this.has(host, absent));
    return this.#known.has(keyOf(host, port)) || this.#isBehindWildcard(host, port);
  }

  sentBy(listener: Listener, towards: string): SentBy {
    const advertised = this.#advertisedFor(listener);
    if (advertised !== undefined) return advertised;
    const address = isWildcard(listener.address) ? this.local.facing(towards) : listener.address;
    return { host: uriHost(address), port: listener.port };
  }

  /** Of listeners that could reach the target: the one bound to the address facing it, else a wildcard, else any. */
  best<L extends Listener>(able: readonly L[], target: string): L | undefined {
    if (able.length < 2) return able[0];
    const facing = this.local.facing(target);
    return (
      able.find((listener) => listener.address === facing) ??
      able.find((listener) => isWildcard(listener.address)) ??
      able[0]
    );
  }

  #isBehindWildcard(host: string, port: number): boolean {
    const sharesPort = this.#wildcards.some((listener) => listener.port === port);
    const address = sharesPort ? addressOfHost(hostKey(host)) : undefined;
    if (address === undefined || !this.local.has(address)) return false;
    const family = familyOf(address);
    return this.#wildcards.some((listener) => listener.port === port && listener.family === family);
  }

  /**
   * An advertised IPv4 address says nothing of what leaves by IPv6; an advertised name stands for both. The advertised
   * port is that of UDP and TCP: nobody speaks TLS there.
   */
  #advertisedFor(listener: Listener): SentBy | undefined {
    if (this.advertised === undefined) return undefined;
    const { host, port } = this.advertised;
    const address = addressOfHost(host);
    if (address !== undefined && familyOf(address) !== listener.family) return undefined;
    const isShared = defaultPort(listener.protocol) === DEFAULT_PORT;
    return { host: uriHost(host), port: isShared && port !== undefined ? port : listener.port };
  }
}

function keyOf(host: string, port: number): string {
  return `${hostKey(host)} ${port}`;
}
