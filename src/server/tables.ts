import type { LoadedSettings } from '../config/load.js';
import { messageOf } from '../errors.js';
import { Locations } from '../registrar/locations.js';
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
  const subscribers = new SubscriberTable(storage.subscribers, domain, (error) =>
    log.error({ event: 'database' }, `a subscriber could not be looked up: ${messageOf(error)}`),
  );
  await addresses.reload();
  await rules.reload();
  await subscribers.reload();
  return { addresses, rules, subscribers };
}

/** Loads every table again; one that does not load is logged and stays as it was. */
export async function reloadTables(tables: Tables, log: Log): Promise<void> {
  for (const [name, table] of Object.entries(tables)) {
    try {
      await table.reload();
      log.info({ event: 'reload', table: name }, `loaded the ${name} again`);
    } catch (error) {
      log.error({ event: 'reload', table: name }, `the ${name} stay as they were: ${messageOf(error)}`);
    }
  }
}

/** The location service with the bindings that the database holds; those that have ended are removed from it. */
export async function openLocations(
  settings: LoadedSettings,
  storage: Storage,
  need: { readonly domain: string; readonly clock: Clock; readonly log: Log },
): Promise<Locations> {
  const { clock, log, domain } = need;
  const locations = new Locations({
    store: bindingStore(storage.locations),
    clock,
    durable: settings.get('location.durable'),
    writeFailed: (error) => log.error({ event: 'database' }, `bindings could not be written: ${messageOf(error)}`),
  });
  await storage.locations.removeExpired(new Date(clock.now()));
  const rows = await storage.locations.list();
  locations.restore(rows.map((row) => bindingOf(row, domain)));
  return locations;
}
