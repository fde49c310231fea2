import type { NaptrRecord as DnsNaptr, SrvRecord as DnsSrv } from 'node:dns';
import { Resolver, lookup as systemLookup } from 'node:dns/promises';
import { isHostName, isUnicast, plainAddress } from '../address.js';
import type { Found, NaptrRecord, SrvRecord } from './records.js';

/** Node tells no time to live of SRV and NAPTR records; a minute is what carriers who move servers use. */
const SERVICE_TTL = 60;
/** getaddrinfo tells none either. */
const SYSTEM_TTL = 30;
/** Records of one answer that are used: a hostile one can hold thousands. */
const MAX_RECORDS = 16;

export type Lookup = (name: string) => Promise<readonly { address: string }[]>;

const hostLookup: Lookup = (name) => systemLookup(name, { all: true, verbatim: true });

export interface QueryOptions {
  /** `address` or `address:port`, IPv6 in brackets; the system's when left out. */
  readonly servers?: readonly string[] | undefined;
  /** Milliseconds for the first try; the second one gets twice as long. */
  readonly timeout: number;
  readonly lookup?: Lookup | undefined;
}

/**
 * Asks name servers, and answers only records that can be used. Rejects when there is no such record and when no server
 * answers. CNAMEs are followed by the servers and by Node; the time to live is the shortest of the chain.
 */
export class Queries {
  readonly #options: QueryOptions;
  readonly #lookup: Lookup;
  #opened: Resolver | undefined;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.#lookup = options.lookup ?? hostLookup;
  }

  /** Opened with the first query: many servers never need a name. */
  get #dns(): Resolver {
    if (this.#opened === undefined) {
      const { servers, timeout } = this.#options;
      this.#opened = new Resolver({ timeout, tries: 2 });
      if (servers !== undefined) this.#opened.setServers(servers);
    }
    return this.#opened;
  }

  async naptr(name: string): Promise<Found<NaptrRecord>> {
    const records = (await this.#dns.resolveNaptr(name)).filter(isSrvPointer).sort(byOrder).slice(0, MAX_RECORDS);
    const used = records.map(({ service, replacement }) => ({
      service: service.toUpperCase(),
      name: plainName(replacement),
    }));
    return { records: used, ttl: SERVICE_TTL };
  }

  async srv(name: string): Promise<Found<SrvRecord>> {
    const records = (await this.#dns.resolveSrv(name)).map((record) => ({ ...record, name: plainName(record.name) }));
    return { records: records.filter(isServer).sort(byPriority).slice(0, MAX_RECORDS), ttl: SERVICE_TTL };
  }

  async a(name: string): Promise<Found<string>> {
    return addresses(await this.#dns.resolve4(name, { ttl: true }));
  }

  async aaaa(name: string): Promise<Found<string>> {
    return addresses(await this.#dns.resolve6(name, { ttl: true }));
  }

  async system(name: string): Promise<Found<string>> {
    return addresses((await this.#lookup(name)).map(({ address }) => ({ address, ttl: SYSTEM_TTL })));
  }
}

/** Only hosts: an answer of 0.0.0.0 or of a multicast group would send requests to those who did not ask for them. */
function addresses(records: readonly { address: string; ttl: number }[]): Found<string> {
  const used = records
    .map(({ address }) => plainAddress(address))
    .filter(isUnicast)
    .slice(0, MAX_RECORDS);
  return { records: used, ttl: records.reduce((least, { ttl }) => Math.min(least, ttl), Number.POSITIVE_INFINITY) };
}

/** RFC 3263 4.1: the flag is `s` and there is no regular expression. */
function isSrvPointer({ flags, regexp, replacement }: DnsNaptr): boolean {
  return flags.toLowerCase() === 's' && regexp === '' && isHostName(replacement);
}

function byOrder(one: DnsNaptr, other: DnsNaptr): number {
  return one.order - other.order || one.preference - other.preference;
}

function isServer({ name, port }: DnsSrv): boolean {
  return name === '' || (port > 0 && isHostName(name));
}

function byPriority(one: DnsSrv, other: DnsSrv): number {
  return one.priority - other.priority;
}

/** As names are compared: lower case, without the final dot. */
export function plainName(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}
