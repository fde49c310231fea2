import { defaultPort, isSecure } from '../protocol.js';
import type { Protocol, Target } from '../transport.js';
import type { Facts } from './records.js';
import { drawn, type Random } from './weights.js';

/** Where a request for a URI with a name is to go. */
export interface Question {
  /** Lower case, without a final dot. */
  readonly host: string;
  readonly port: number | undefined;
  /** The protocols that will do, the preferred one first. */
  readonly protocols: readonly Protocol[];
  /** The one to use where the domain does not say. */
  readonly fallback: Protocol | undefined;
  /** The URI names no transport, so that the domain may choose one. */
  readonly isOpen: boolean;
}

export interface Means {
  readonly families: ReadonlySet<4 | 6>;
  readonly random: Random;
}

interface Service {
  readonly protocol: Protocol;
  readonly name: string;
}

interface Server extends Service {
  readonly port: number;
}

/** RFC 3263 4.1. WebSocket is left out: only its client can open a connection (RFC 7118 3). */
const NAPTR_SERVICES: ReadonlyMap<string, Protocol> = new Map([
  ['SIP+D2U', 'udp'],
  ['SIP+D2T', 'tcp'],
  ['SIPS+D2T', 'tls'],
]);
const SRV_PREFIXES: ReadonlyMap<Protocol, string> = new Map([
  ['udp', '_sip._udp'],
  ['tcp', '_sip._tcp'],
  ['tls', '_sips._tcp'],
]);
/** Services of one domain, and targets of one search. */
const MAX_SERVICES = 3;
const MAX_TARGETS = 32;

/**
 * The targets of a name in the order to try them (RFC 3263 4.1, 4.2): those of the services that the domain advertises
 * (NAPTR), else of those that it has (SRV), else its own addresses. `undefined` as long as a fact is missing.
 */
export function locate(question: Question, facts: Facts, means: Means): Target[] | undefined {
  if (question.port === undefined && isDomain(question.host)) {
    for (const offered of [advertised, conventional]) {
      const servers = serversOf(offered(question, facts), facts, means.random);
      if (servers === undefined) return undefined;
      if (servers.length > 0) return targetsOf(servers.filter(isAvailable), question, facts, means);
    }
  }
  const { host, port, fallback: protocol } = question;
  if (protocol === undefined) return [];
  return targetsOf([{ protocol, name: host, port: port ?? defaultPort(protocol) }], question, facts, means);
}

/** The services of the NAPTR records that we speak; records for anything else do not count. */
function advertised({ host, protocols, isOpen }: Question, facts: Facts): Service[] | undefined {
  if (!isOpen) return [];
  const services = facts.naptr(host)?.flatMap(({ service, name }) => {
    const protocol = NAPTR_SERVICES.get(service);
    return protocol !== undefined && protocols.includes(protocol) ? [{ protocol, name }] : [];
  });
  return services?.slice(0, MAX_SERVICES);
}

function conventional({ host, protocols }: Question): Service[] {
  return protocols.flatMap((protocol) => {
    const prefix = SRV_PREFIXES.get(protocol);
    return prefix === undefined ? [] : [{ protocol, name: `${prefix}.${host}` }];
  });
}

/** All that the SRV records name, in order, unavailable ones too: they mean that there is no other way. */
function serversOf(services: readonly Service[] | undefined, facts: Facts, random: Random): Server[] | undefined {
  return allKnown(
    services?.map(({ protocol, name }) => {
      const records = facts.srv(name);
      return records && drawn(records, random).map((server) => ({ protocol, name: server.name, port: server.port }));
    }),
  );
}

function isAvailable({ name }: Server): boolean {
  return name !== '';
}

function targetsOf(servers: readonly Server[], { host }: Question, facts: Facts, means: Means): Target[] | undefined {
  const targets = servers.map(({ protocol, name, port }) =>
    addressesOf(name, facts, means)?.map((address) =>
      // RFC 3263 4.1, RFC 5922 7.3: the certificate names the domain that was asked for, wherever DNS points.
      isSecure(protocol) ? { protocol, address, port, domain: host } : { protocol, address, port },
    ),
  );
  return allKnown(targets)?.slice(0, MAX_TARGETS);
}

/** IPv4 first, which is there where IPv6 often only seems to be. The system is asked when DNS knows no address. */
function addressesOf(name: string, facts: Facts, { families }: Means): readonly string[] | undefined {
  if (isDomain(name)) {
    const found = allKnown([families.has(4) ? facts.a(name) : [], families.has(6) ? facts.aaaa(name) : []]);
    if (found?.length !== 0) return found;
  }
  return facts.system(name)?.filter((address) => families.has(address.includes(':') ? 6 : 4));
}

/** A name without a dot is of this machine or its network, and not in DNS. */
function isDomain(name: string): boolean {
  return name.includes('.');
}

/** All in one list; `undefined` when one is not known. Who calls has asked for all of them by then. */
function allKnown<T>(lists: readonly (readonly T[] | undefined)[] | undefined): T[] | undefined {
  const all: T[] = [];
  for (const list of lists ?? [undefined]) {
    if (list === undefined) return undefined;
    all.push(...list);
  }
  return all;
}
