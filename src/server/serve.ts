import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { domainOf } from '../config/domain.js';
import type { LoadedSettings } from '../config/load.js';
import { serveControl } from '../control/server.js';
import { messageOf } from '../errors.js';
import type { Binding } from '../registrar/binding.js';
import type { BindingEvent } from '../registrar/locations.js';
import { openStorage } from '../storage/open.js';
import type { Storage } from '../storage/storage.js';
import { openTransports, type TransportOptions } from '../transport/open.js';
import type { Receiver, Transports } from '../transport/transport.js';
import { systemClock } from '../util/clock.js';
import { natPingsOf } from './binding-ping.js';
import { handlersOf } from './handlers.js';
import { listenAddresses } from './listen.js';
import { type Log, openLog } from './log.js';
import type { NatPings } from './nat-pings.js';
import { ping } from './ping.js';
import { proxyOf } from './proxy.js';
import { RegistrationEvents } from './registration-events.js';
import { loadRoute } from './route-file.js';
import { listedSteps } from './route-steps.js';
import { Statistics } from './statistics.js';
import { loadTables, openLocations, reloadTables } from './tables.js';

export interface RunningServer {
  readonly domain: string;
  /** The listeners by name, such as `udp:127.0.0.1:5060`. */
  readonly listening: readonly string[];
  /** Loads subscribers, addresses, rules and certificates again; each that does not load is logged and stays as it was. */
  reload(): Promise<void>;
  /** Stops taking requests, writes what is still to be written and closes everything. */
  stop(): Promise<void>;
}

/** Name of the secret in sipctl_meta that signs Record-Route values: calls in progress survive a restart. */
const ROUTE_SECRET = 'route-secret';

/** What has been opened, closed in the opposite order. */
class Opened {
  readonly #closers: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}

/** Starts the registrar and proxy; resolves when it serves. Throws a Failure when it can not, with nothing left open. */
export async function serve(settings: LoadedSettings): Promise<RunningServer> {
  const log = await openLog(settings.get('log.level'), settings.get('log.format'), process.stderr.isTTY === true);
  const opened = new Opened();
  try {
    const storage = await openStorage(settings.get('db'), { create: true });
    opened.add(() => storage.close());
    await storage.schema.demandCurrent();
    return await start(settings, log, storage, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function start(settings: LoadedSettings, log: Log, storage: Storage, opened: Opened): Promise<RunningServer> {
  const clock = systemClock;
  const file = settings.get('route');
  const route = await loadRoute(file === undefined ? undefined : resolve(file));
  const domain = await domainOf(settings, storage.meta);
  const secret = await storage.meta.setOnce(ROUTE_SECRET, randomBytes(32).toString('hex'));
  const tables = await loadTables(settings, storage, domain, log);
  const events = new RegistrationEvents(clock);
  let pings: NatPings | undefined;
  const happened = (event: BindingEvent, binding: Binding) => {
    events.happened(event, binding);
    pings?.happened(event, binding);
  };
  const locations = await openLocations(settings, storage, { domain, clock, log, happened });
  opened.add(() => locations.close());

  const entrance = new Entrance();
  const transports = await open(settings, log, entrance);
  opened.add(() => transports.close());
  const statistics = new Statistics();
  const proxy = proxyOf({
    clock,
    log,
    settings,
    domain,
    secret,
    tables,
    locations,
    transports,
    statistics,
    route,
    rejected: (_request, aor, { status, text }) => events.rejected(aor, `${status} ${text}`),
  });
  pings = natPingsOf(settings, { clock, log, domain, transports, locations, clients: proxy.clients });
  statistics.gauge('usrloc:registered_users', () => locations.users);
  statistics.gauge('usrloc:location_contacts', () => locations.contacts);
  statistics.gauge('auth:subscribers', () => tables.subscribers.size);
  statistics.gauge('tmx:server_transactions', () => proxy.servers.size);
  statistics.gauge('tmx:client_transactions', () => proxy.clients.size);

  const listening = transports.listeners.map((listener) => listener.name);
  const handlers = handlersOf({
    clock,
    domain,
    database: storage.name,
    listening,
    ...tables,
    locations,
    statistics,
    events,
    keepaliveOf: (binding) => pings?.keepaliveOf(binding),
    route: { file: route.file, steps: listedSteps(proxy.route) },
    ping: (uri, seconds) =>
      ping(uri, seconds, {
        clock,
        domain,
        transports,
        clients: proxy.clients,
        resolve: (to) => proxy.resolver.resolve(to),
      }),
  });
  const control = await serveControl(settings.get('socket'), handlers, (error, method) =>
    log.error({ event: 'failure', err: error }, `the control method ${method} failed: ${messageOf(error)}`),
  );
  opened.add(() => control.close());
  locations.startSweeping();
  pings?.start();
  opened.add(async () => pings?.stop());
  entrance.open(proxy.core);
  log.info({ event: 'started', domain, listen: listening }, `serving ${domain} on ${listening.join(', ')}`);
  const reload = async () => {
    await reloadTables(tables, log);
    await reloadCertificates(transports, log);
  };
  return { domain, listening, reload, stop: () => opened.close() };
}

function open(settings: LoadedSettings, log: Log, receiver: Receiver): Promise<Transports> {
  return openTransports(listenAddresses(settings, log), receiver, {
    clock: systemClock,
    log,
    limits: { connections: settings.get('limits.tcp-connections') },
    advertise: settings.get('advertise'),
    tls: tlsOptions(settings),
    origins: settings.get('ws.origins'),
  });
}

function tlsOptions(settings: LoadedSettings): TransportOptions['tls'] {
  const certificates = settings.get('tls.certificate');
  if (certificates === undefined) return undefined;
  const [keys, ca, verifyClient] = [settings.get('tls.key'), settings.get('tls.ca'), settings.get('tls.verify-client')];
  return { certificates, keys, ca, verifyClient };
}

/** Reads the certificates again; those that can not serve are logged, and those of before go on serving. */
async function reloadCertificates(transports: Transports, log: Log): Promise<void> {
  try {
    await transports.reload();
  } catch (error) {
    log.error({ event: 'reload', table: 'certificates' }, `the certificates stay as they were: ${messageOf(error)}`);
  }
}

/** Stands between the transports and the core, which is built on them: what comes before the core is there is lost. */
class Entrance implements Receiver {
  #core: Receiver | undefined;

  open(core: Receiver): void {
    this.#core = core;
  }

  readonly message: Receiver['message'] = (text, source) => this.#core?.message(text, source);

  readonly garbage: Receiver['garbage'] = (text, reason, source) => this.#core?.garbage(text, reason, source);
}
