import { createHash } from 'node:crypto';
import pino from 'pino';
import { loadSettings } from '../../src/config/load.js';
import { Locations } from '../../src/registrar/locations.js';
import { AddressBook } from '../../src/server/address-book.js';
import { proxyOf } from '../../src/server/proxy.js';
import { RuleBook } from '../../src/server/rule-book.js';
import { Statistics } from '../../src/server/statistics.js';
import { SubscriberTable } from '../../src/server/subscribers.js';
import type { AddressRow, RuleRow, Subscriber } from '../../src/storage/rows.js';
import type { Addresses, Rules, Subscribers } from '../../src/storage/storage.js';
import { addressOfHost, uriHost } from '../../src/transport/address.js';
import { defaultPort } from '../../src/transport/protocol.js';
import type { Connection, Listener, Protocol, Source, Target, Transports } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

export const DOMAIN = 'test.example';

const LISTEN = ['udp:192.0.2.1:5060', 'tcp:192.0.2.1:5060'];

/** What the proxy put on the wire: a request to an address, or a reply to where a request came from. */
export interface Sent {
  readonly text: string;
  /** `udp:198.51.100.7:5060` */
  readonly to: string;
  /** The listener that a request was sent from. */
  readonly by?: string | undefined;
}

export interface VirtualSubscriber {
  readonly username: string;
  readonly password: string;
  /** With hashes for SHA-256 and SHA-512-256 too, as `sipctl add` stores them; else as a Kamailio does. */
  readonly strong?: boolean;
}

export interface VirtualSettings {
  readonly subscribers?: readonly VirtualSubscriber[];
  readonly addresses?: readonly Partial<AddressRow>[];
  readonly rules?: readonly Pick<RuleRow, 'type' | 'rule'>[];
  readonly flags?: Readonly<Record<string, string>>;
  /** Instead of UDP and TCP at 192.0.2.1:5060. */
  readonly listen?: readonly string[];
  /** Called instead of storing bindings. */
  readonly store?: () => Promise<void>;
}

/** The whole proxy on a clock that the test moves, with a wire that the test reads: no socket, no database. */
export async function virtualProxy(options: VirtualSettings = {}) {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  const failing = new Set<string>();
  const settings = loadSettings({ flags: { ...options.flags }, env: {}, cwd: '/', home: '/nonexistent', root: false });
  const subscribers = (options.subscribers ?? []).map(subscriberRow);
  const addresses = (options.addresses ?? []).map((row, index) => addressRow(row, index + 1));
  const rules = (options.rules ?? []).map((rule, index) => ruleRow(rule, index + 1));
  const tables = {
    subscribers: new SubscriberTable(
      subscriberStore(subscribers),
      DOMAIN,
      settings.get('auth.algorithms'),
      () => undefined,
    ),
    addresses: new AddressBook({ list: async () => addresses } as unknown as Addresses, 200),
    rules: new RuleBook({ list: async () => rules } as unknown as Rules, ['INVITE']),
  };
  await tables.addresses.reload();
  await tables.rules.reload();
  await tables.subscribers.reload();
  const locations = new Locations({
    store: { apply: options.store ?? (async () => undefined) },
    clock,
    durable: true,
    writeFailed: () => undefined,
  });
  const statistics = new Statistics();
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const listeners = (options.listen ?? LISTEN).map(listenerOf);
  const connections = new Map<number, Connection & { closed: boolean }>();
  const listenerFor = ({ protocol, address }: Pick<Target, 'protocol' | 'address'>) =>
    listeners.find((each) => each.protocol === protocol && each.family === (address.includes(':') ? 6 : 4));
  const transports: Transports = {
    listeners,
    listenerFor,
    sentBy: (listener) => ({ host: uriHost(listener.address), port: listener.port }),
    send: (target: Target, text, failed) => {
      const to = nameOf(target);
      sent.push({ text, to, by: (target.listener ?? listenerFor(target))?.name });
      if (failing.has(to)) queueMicrotask(() => failed(new Error('refused')));
    },
    reply: (source, text) => void sent.push({ text, to: nameOf(source) }),
    isLocal: (host, port) =>
      listeners.some((each) => uriHost(each.address) === host && each.port === (port ?? defaultPort(each.protocol))),
    connection: (id) => (connections.get(id)?.closed === false ? connections.get(id) : undefined),
    reload: async () => undefined,
    close: async () => undefined,
  };
  const secret = 'secret';
  const proxy = proxyOf({ clock, log, settings, domain: DOMAIN, secret, tables, locations, transports, statistics });
  return {
    clock,
    tables,
    locations,
    statistics,
    /** Rows that the stores answer with: change them and reload. */
    rows: { subscribers, addresses, rules },
    /** All that the proxy has sent, oldest first. */
    sent,
    /** Log lines as JSON texts. */
    lines,
    /** Addresses that refuse, as `tcp:198.51.100.7:5060`. */
    failing,
    proxy,
    /** An open connection from that address, `tcp:198.51.100.7:40000`; bindings name it as their flow. */
    connect(from: string): Connection & { closed: boolean } {
      const { protocol, address, port } = endOf(from);
      const listener = listenerFor({ protocol, address }) as Listener;
      const connection = { id: connections.size + 1, listener, address, port, closed: false };
      connections.set(connection.id, connection);
      return connection;
    },
    /**
     * Hands a message to the proxy as if it came from that address, to the listener of that name where there are several
     * of a protocol, and answers what the proxy sent because of it.
     */
    async receive(text: string, from: string, on?: string): Promise<Sent[]> {
      const before = sent.length;
      const end = endOf(from);
      const listener = listeners.find(({ name }) => name === on) ?? (listenerFor(end) as Listener);
      const source: Source = { ...end, listener, localAddress: listener.address };
      proxy.core.message(text.replaceAll(/\r?\n/g, '\r\n'), source);
      await settled();
      return sent.slice(before);
    },
    /** Lets time pass and answers what the proxy sent meanwhile. */
    async advance(milliseconds: number): Promise<Sent[]> {
      const before = sent.length;
      clock.advance(milliseconds);
      await settled();
      return sent.slice(before);
    },
  };
}

export type VirtualProxy = Awaited<ReturnType<typeof virtualProxy>>;

/** Lets everything that waits for no timer happen. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((next) => setImmediate(next));
}

function nameOf({ protocol, address, port }: Pick<Target, 'protocol' | 'address' | 'port'>): string {
  return `${protocol}:${uriHost(address)}:${port}`;
}

/** `udp:[2001:db8::1]:5060` */
function endOf(name: string): Pick<Target, 'protocol' | 'address' | 'port'> {
  const [, protocol, host = '', port] = /^(\w+):(.+):(\d+)$/.exec(name) ?? [];
  return { protocol: protocol as Protocol, address: addressOfHost(host) ?? '', port: Number(port) };
}

function listenerOf(name: string): Listener {
  const end = endOf(name);
  return { name, ...end, family: end.address.includes(':') ? 6 : 4 };
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export function subscriberRow({ username, password, strong = false }: VirtualSubscriber): Subscriber {
  const pair = (name: string) => {
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    return {
      ha1: hash(`${username}:${DOMAIN}:${password}`),
      ha1b: hash(`${username}@${DOMAIN}:${DOMAIN}:${password}`),
    };
  };
  const hashes = [
    { algorithm: 'SHA-512-256', ...pair('sha512-256') },
    { algorithm: 'SHA-256', ...pair('sha256') },
  ];
  return { id: 1, username, domain: DOMAIN, password: '', ...pair('md5'), hashes: strong ? hashes : [] };
}

function subscriberStore(rows: readonly Subscriber[]): Subscribers {
  return {
    list: async () => [...rows],
    find: async (username: string) => rows.find((row) => row.username === username),
  } as unknown as Subscribers;
}

function addressRow(row: Partial<AddressRow>, id: number): AddressRow {
  return { id, grp: 200, ip_addr: '192.0.2.10', mask: 32, port: 0, tag: null, ...row };
}

function ruleRow(rule: Pick<RuleRow, 'type' | 'rule'>, id: number): RuleRow {
  return { id, last_change: new Date(0), position: id, note: null, ...rule };
}
