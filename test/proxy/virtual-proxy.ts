import { createHash } from 'node:crypto';
import pino from 'pino';
import { loadSettings } from '../../src/config/load.js';
import { Locations } from '../../src/registrar/locations.js';
import { AddressBook } from '../../src/server/address-book.js';
import { proxyOf } from '../../src/server/proxy.js';
import { RuleBook } from '../../src/server/rule-book.js';
import { Statistics } from '../../src/server/statistics.js';
import { SubscriberTable } from '../../src/server/subscribers.js';
import type { AddressRow, RuleRow, SubscriberRow } from '../../src/storage/rows.js';
import type { Addresses, Rules, Subscribers } from '../../src/storage/storage.js';
import type { Listener, Source, Target, Transports } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

export const DOMAIN = 'test.example';

const UDP: Listener = { name: 'udp:192.0.2.1:5060', protocol: 'udp', address: '192.0.2.1', port: 5060, family: 4 };
const TCP: Listener = { name: 'tcp:192.0.2.1:5060', protocol: 'tcp', address: '192.0.2.1', port: 5060, family: 4 };

/** What the proxy put on the wire: a request to an address, or a reply to where a request came from. */
export interface Sent {
  readonly text: string;
  /** `udp:198.51.100.7:5060` */
  readonly to: string;
}

export interface VirtualSettings {
  readonly subscribers?: readonly { username: string; password: string }[];
  readonly addresses?: readonly Partial<AddressRow>[];
  readonly rules?: readonly Pick<RuleRow, 'type' | 'rule'>[];
  readonly flags?: Readonly<Record<string, string>>;
  /** Called instead of storing bindings. */
  readonly store?: () => Promise<void>;
}

/** The whole proxy on a clock that the test moves, with a wire that the test reads: no socket, no database. */
export async function virtualProxy(options: VirtualSettings = {}) {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  const failing = new Set<string>();
  const settings = loadSettings({ flags: { ...options.flags }, env: {}, cwd: '/', home: '/nonexistent', root: false });
  const subscribers = (options.subscribers ?? []).map(({ username, password }) => subscriberRow(username, password));
  const addresses = (options.addresses ?? []).map((row, index) => addressRow(row, index + 1));
  const rules = (options.rules ?? []).map((rule, index) => ruleRow(rule, index + 1));
  const tables = {
    subscribers: new SubscriberTable(subscriberStore(subscribers), DOMAIN, () => undefined),
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
  const transports: Transports = {
    listeners: [UDP, TCP],
    listenerFor: ({ protocol, address }) => (address.includes(':') ? undefined : protocol === 'udp' ? UDP : TCP),
    sentBy: (listener) => ({ host: listener.address, port: listener.port }),
    send: (target: Target, text, failed) => {
      const to = `${target.protocol}:${target.address}:${target.port}`;
      sent.push({ text, to });
      if (failing.has(to)) queueMicrotask(() => failed(new Error('refused')));
    },
    reply: (source, text) => void sent.push({ text, to: `${source.protocol}:${source.address}:${source.port}` }),
    isLocal: (host, port) => host === '192.0.2.1' && (port ?? 5060) === 5060,
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
    /** Log lines as JSON texts. */
    lines,
    /** Addresses that refuse, as `tcp:198.51.100.7:5060`. */
    failing,
    proxy,
    /** Hands a message to the proxy as if it came from that address, and answers what the proxy sent because of it. */
    async receive(text: string, from: string): Promise<Sent[]> {
      const before = sent.length;
      proxy.core.message(text.replaceAll(/\r?\n/g, '\r\n'), sourceOf(from));
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

function sourceOf(from: string): Source {
  const [protocol, address, port] = from.split(':');
  const listener = protocol === 'tcp' ? TCP : UDP;
  return {
    protocol: listener.protocol,
    address: address ?? '',
    port: Number(port),
    listener,
    localAddress: listener.address,
  };
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function subscriberRow(username: string, password: string): SubscriberRow {
  const ha1 = md5(`${username}:${DOMAIN}:${password}`);
  const ha1b = md5(`${username}@${DOMAIN}:${DOMAIN}:${password}`);
  return { id: 1, username, domain: DOMAIN, password: '', ha1, ha1b };
}

function subscriberStore(rows: readonly SubscriberRow[]): Subscribers {
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
