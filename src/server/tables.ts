import type { LoadedSettings } from '../config/load.js';
import { messageOf } from '../errors.js';
import { type Binding, needsFlow } from '../registrar/binding.js';
import { type BindingEvent, Locations } from '../registrar/locations.js';
import type { Storage } from '../storage/storage.js';
import type { Clock } from '../util/clock.js';
import { AddressBook } from './address-book.js';
import { bindingOf, bindingStore } from './binding-row.js';
import type { Log } from './log.js';
import { RuleBook } from './rule-book.js';
import { SubscriberTable } from './subscribers.js';

/** The tables that a request is decided by, in memory. */
export interface Tables {
  readonly addresses: AddressBook;
  readonly rules: RuleBook;
  readonly subscribers: SubscriberTable;
}

/** Loads every table; a server does not start on one that does not load. */
export async function loadTables(
  settings: LoadedSettings,
  storage: Storage,
  domain: string,
  log: Log,
): Promise<Tables> {
  const addresses = new AddressBook(storage.addresses, settings.get('auth.trusted-group'));
  const rules = new RuleBook(storage.rules, settings.get('permissions.methods'));
  const subscribers = new SubscriberTable(storage.subscribers, domain, settings.get('auth.algorithms'), (error) =>
    log.error({ event: 'database' }, `a subscriber could not be looked up: ${messageOf(error)}`),
  );
  await addresses.reload();
  await rules.reload();
  await subscribers.reload();
  tellWithheld(subscribers, log);
  return { addresses, rules, subscribers };
}

/** A digest algorithm that is not offered is a matter of passwords that were set by a program that knows MD5 only. */
function tellWithheld(subscribers: SubscriberTable, log: Log): void {
  for (const algorithm of subscribers.algorithms) {
    const lacking = subscribers.lacking(algorithm);
    if (lacking === 0) continue;
    const who = `${lacking} of ${subscribers.size} subscribers have no hash for it until sipctl sets their password again`;
    log.info({ event: 'digest', algorithm, lacking }, `digest ${algorithm} is not offered: ${who}`);
  }
}

/** Loads every table again; one that does not load is logged and stays as it was. */
export async function reloadTables(tables: Tables, log: Log): Promise<void> {
  for (const [name, table] of Object.entries(tables)) {
    try {
      await table.reload();
      log.info({ event: 'reload', table: name }, `loaded the ${name} again`);
      if (table === tables.subscribers) tellWithheld(tables.subscribers, log);
    } catch (error) {
      log.error({ event: 'reload', table: name }, `the ${name} stay as they were: ${messageOf(error)}`);
    }
  }
}

export interface LocationNeeds {
  readonly domain: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each change to a binding. */
  readonly happened: (event: BindingEvent, binding: Binding) => void;
}

/**
 * The location service with the bindings that the database holds. Those that have ended are removed from it, and so are
 * those that led over a connection to the server that ran before.
 */
export async function openLocations(
  settings: LoadedSettings,
  storage: Storage,
  need: LocationNeeds,
): Promise<Locations> {
  const { clock, log, domain, happened } = need;
  const store = bindingStore(storage.locations);
  const locations = new Locations({
    store,
    clock,
    durable: settings.get('location.durable'),
    writeFailed: (error) => log.error({ event: 'database' }, `bindings could not be written: ${messageOf(error)}`),
    happened,
  });
  await storage.locations.removeExpired(new Date(clock.now()));
  const rows = await storage.locations.list();
  const bindings = rows.map((row) => bindingOf(row, domain));
  locations.restore(bindings.filter((binding) => !needsFlow(binding)));
  const lost = bindings.filter(needsFlow);
  if (lost.length > 0) await store.apply({ upserts: [], deletes: lost });
  return locations;
}
