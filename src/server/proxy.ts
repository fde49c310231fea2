import type { LoadedSettings } from '../config/load.js';
import { ProxyCore } from '../proxy/core.js';
import { type Local, localOf } from '../proxy/local.js';
import { Nonces } from '../proxy/nonces.js';
import { Relay } from '../proxy/relay.js';
import { requestRoute } from '../proxy/route.js';
import { RouteSets } from '../proxy/route-set.js';
import type { Locations } from '../registrar/locations.js';
import { Registrar } from '../registrar/registrar.js';
import { ClientTransactions } from '../transaction/client.js';
import { ServerTransactions } from '../transaction/server.js';
import type { SipTimers } from '../transaction/timers.js';
import { Resolver } from '../transport/resolve.js';
import type { Transports } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import type { Log } from './log.js';
import type { Statistics } from './statistics.js';
import type { Tables } from './tables.js';
import { ServerWatch } from './watch.js';

export interface ProxyNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: LoadedSettings;
  readonly domain: string;
  /** Signs Record-Route values. */
  readonly secret: string;
  readonly tables: Tables;
  readonly locations: Locations;
  readonly transports: Transports;
  readonly statistics: Statistics;
}

export interface Proxy {
  readonly core: ProxyCore;
  readonly servers: ServerTransactions;
  readonly clients: ClientTransactions;
  readonly resolver: Resolver;
}

/** Puts together what stands behind the transports: transactions, route and relay. */
export function proxyOf(need: ProxyNeeds): Proxy {
  const { clock, settings, transports, domain, tables, locations } = need;
  const timers = timersOf(settings);
  const local = localFor(domain, transports);
  const resolver = new Resolver(clock);
  const reply = transports.reply.bind(transports);
  const servers = new ServerTransactions({ clock, timers, reply, limit: settings.get('limits.transactions') });
  const clients = new ClientTransactions({ clock, timers, send: transports.send.bind(transports) });
  const routeSets = new RouteSets(need.secret, local.isOurs);
  const watch = new ServerWatch(need);
  const relay = new Relay({
    clock,
    timerC: timers.C,
    transports,
    clients,
    routeSets,
    realm: domain,
    resolve: (uri) => resolver.resolve(uri),
    isOwnSentBy: (host, port) => transports.isLocal(host, port),
    answered: (request, status, reason) => watch.answered(request, status, reason),
  });
  const route = requestRoute({
    local,
    limits: { messageSize: settings.get('limits.message-size'), uriSize: settings.get('limits.uri-size') },
    cancelling: {
      matchInvite: (cancel, source) => servers.matchInvite(cancel, source),
      cancelBranches: (invite, reasons) => relay.cancelBranches(invite, reasons),
    },
    transactions: servers,
    routeSets,
    relay,
    trustedSources: tables.addresses,
    credentials: tables.subscribers,
    nonces: new Nonces(clock, settings.get('auth.nonce-expire')),
    acceptForeign: settings.get('auth.accept-foreign'),
    registrar: {
      registrar: new Registrar({ locations, clock, settings: registrarSettings(settings) }),
      registered: (request, aor, result) => watch.registered(request, aor, result),
    },
    rules: tables.rules,
    locations,
  });
  watch.declare(route.map((step) => step.name));
  const core = new ProxyCore({
    route,
    watch,
    reply,
    createTransaction: (request, source) => servers.create(request, source),
    response: (response) => clients.receive(response),
    isFull: () => servers.full,
  });
  return { core, servers, clients, resolver };
}

function localFor(domain: string, transports: Transports): Local {
  const ports = new Set(transports.listeners.map((listener) => listener.port));
  return localOf(domain, (host, port) => transports.isLocal(host, port), [...ports]);
}

function timersOf(settings: LoadedSettings): SipTimers {
  return {
    T1: settings.get('timers.t1'),
    T2: settings.get('timers.t2'),
    T4: settings.get('timers.t4'),
    C: settings.get('timers.c') * 1000,
  };
}

function registrarSettings(settings: LoadedSettings) {
  return {
    defaultExpires: settings.get('registrar.default-expires'),
    minExpires: settings.get('registrar.min-expires'),
    maxExpires: settings.get('registrar.max-expires'),
    maxContacts: settings.get('registrar.max-contacts'),
  };
}
