import { RpcFault } from '../control/fault.js';
import { type Handlers, isMethodName, METHODS } from '../control/methods.js';
import type { Binding } from '../registrar/binding.js';
import type { Locations } from '../registrar/locations.js';
import { latin1Of, utf8Of } from '../sip/text.js';
import { lowerAscii } from '../util/ascii.js';
import type { Clock } from '../util/clock.js';
import { fnv1a } from '../util/fnv1a.js';
import { VERSION } from '../util/version.js';
import type { AddressBook } from './address-book.js';
import { contactsOf, locationDump } from './location-dump.js';
import type { Keepalive } from './nat-pings.js';
import type { Pinged } from './ping.js';
import type { RegistrationEvents } from './registration-events.js';
import { registrationHandlers } from './registration-handlers.js';
import type { ListedStep } from './route-steps.js';
import type { RuleBook } from './rule-book.js';
import type { Statistics } from './statistics.js';
import type { SubscriberTable } from './subscribers.js';

export interface HandlerNeeds {
  readonly clock: Clock;
  readonly domain: string;
  readonly database: string;
  readonly listening: readonly string[];
  readonly addresses: AddressBook;
  readonly rules: RuleBook;
  readonly subscribers: SubscriberTable;
  readonly locations: Locations;
  readonly statistics: Statistics;
  readonly events: RegistrationEvents;
  keepaliveOf(binding: Binding): Keepalive | undefined;
  readonly route: { readonly file: string | undefined; readonly steps: readonly ListedStep[] };
  ping(uri: string, seconds: number): Promise<Pinged>;
}

const NO_TAG_OF_HOST = 'NULL';
const SLOTS = 128;
const PING_SECONDS = 5;

/** What a running server answers on its control socket; one handler a method, and none missing. */
export function handlersOf(need: HandlerNeeds): Handlers {
  const { addresses, rules, subscribers, locations, statistics, clock, domain } = need;
  const started = clock.now();
  const dumping = { clock, keepaliveOf: need.keepaliveOf };
  let subscriberRevision = 1;
  return {
    'permissions.addressReload': async () => {
      await addresses.reload();
      const [hosts, subnets, names] = [addresses.table.hosts(), addresses.table.subnets(), addresses.table.names()];
      return {
        revision: addresses.revision,
        entries: hosts.length + subnets.length + names.length,
        hosts: hosts.length,
        subnets: subnets.length,
        names: names.length,
      };
    },
    'permissions.addressDump': () =>
      addresses.table.hosts().map(({ grp, ip_addr, port, tag }) => ({
        table: fnv1a(ip_addr) % SLOTS,
        group: grp,
        item: { ip: ip_addr, port, tag: tag ?? NO_TAG_OF_HOST },
      })),
    'permissions.subnetDump': () =>
      addresses.table.subnets().map(({ grp, ip_addr, mask, port, tag }, id) => ({
        id,
        group: grp,
        item: { ip: ip_addr, mask, port, tag: tag ?? '' },
      })),
    'permissions.rulesReload': async () => {
      await rules.reload();
      return { revision: rules.revision, allow: rules.set.allow.length, deny: rules.set.deny.length };
    },
    'subscriber.reload': async ({ user }) => {
      subscriberRevision += 1;
      if (user === undefined) await subscribers.reload();
      else await reloadUser(user, need);
      return { revision: subscriberRevision, subscribers: subscribers.size };
    },
    ...registrationHandlers({ clock, locations, events: need.events, aorOf: (user) => aorOf(user, domain) }),
    'ul.dump': ({ brief }) => locationDump(locations, brief !== undefined, dumping),
    'ul.lookup': ({ table, aor }) => {
      const bindings = bindingsOf(table, aor, need);
      if (bindings.length === 0) throw fault(500, 'AOR not found in location table');
      return { AoR: utf8Of(aorOf(aor, domain)), Contacts: contactsOf(bindings, dumping) };
    },
    'ul.rm': async ({ table, aor }) => {
      const bindings = bindingsOf(table, aor, need);
      if (bindings.length > 0) await remove(aor, bindings, need);
      return {};
    },
    'ul.rm_contact': async ({ table, aor, contact }) => {
      const bindings = bindingsOf(table, aor, need);
      if (bindings.length === 0) throw fault(404, 'AOR not found');
      const matching = bindings.filter((binding) => binding.contact === latin1Of(contact));
      if (matching.length === 0) throw fault(404, 'Contact not found');
      await remove(aor, matching, need);
      return {};
    },
    'core.version': () => `sipctl ${VERSION} (node ${process.versions.node})`,
    'core.uptime': () => ({
      now: timeOf(clock.now()),
      up_since: timeOf(started),
      uptime: Math.floor((clock.now() - started) / 1000),
    }),
    'core.info': () => ({
      version: VERSION,
      node: process.versions.node,
      pid: process.pid,
      domain,
      database: need.database,
      listen: [...need.listening],
    }),
    'core.route': () => ({
      file: need.route.file ?? null,
      steps: need.route.steps.map(({ step, when, counted }) => ({
        step,
        when,
        decided: counted ? statistics.value(`route:${step}`) : null,
      })),
    }),
    'stats.get_statistics': ({ names }) => statistics.select(names).map(([name, value]) => `${name} = ${value}`),
    'stats.fetch': ({ names }) =>
      Object.fromEntries(statistics.select(names).map(([name, value]) => [name.replace(':', '.'), String(value)])),
    'system.listMethods': () => Object.keys(METHODS).sort(),
    'system.methodHelp': ({ method }) => {
      if (!isMethodName(method)) throw fault(400, 'command not found');
      return METHODS[method].summary;
    },
    'sip.ping': ({ uri, timeout }) => need.ping(uri, timeout ?? PING_SECONDS),
  };
}

/** A user who is gone from the database loses his bindings too: nobody must be able to call him any more. */
async function reloadUser(user: string, need: HandlerNeeds): Promise<void> {
  const username = latin1Of(user.split('@', 1)[0] ?? '');
  if (await need.subscribers.reloadUser(username)) return;
  const bindings = need.locations.lookup(aorOf(user, need.domain));
  if (bindings.length > 0) await remove(user, bindings, need);
}

function bindingsOf(table: string, aor: string, need: HandlerNeeds): readonly Binding[] {
  if (table !== 'location') throw fault(500, 'Domain table not found');
  return need.locations.lookup(aorOf(aor, need.domain));
}

function remove(aor: string, deletes: readonly Binding[], need: HandlerNeeds): Promise<void> {
  return need.locations.change(aorOf(aor, need.domain), { upserts: [], deletes }, 'deactivated');
}

/** The key of an address of record, as a person or kamctl writes it. */
function aorOf(user: string, domain: string): string {
  return lowerAscii(latin1Of(user.includes('@') ? user : `${user}@${domain}`));
}

/** Something is not there, with the number and words of Kamailio's fault. */
function fault(number: number, sentence: string): RpcFault {
  return new RpcFault(number, 'NOT_FOUND', sentence);
}

/** As C's ctime() and so Kamailio prints it: `Sat Nov 21 02:58:42 2026`. */
function timeOf(milliseconds: number): string {
  const [day, month, date, year, time] = new Date(milliseconds).toString().split(' ');
  return `${day} ${month} ${date} ${time} ${year}`;
}
