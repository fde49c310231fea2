import type { LoadedSettings } from '../config/load.js';
import { messageOf } from '../errors.js';
import { ruleSubject } from '../permissions/rules/rule-set.js';
import { ProxyCore } from '../proxy/core.js';
import { type Local, localOf } from '../proxy/local.js';
import { Nonces } from '../proxy/nonces.js';
import { routeParts } from '../proxy/parts.js';
import { Relay } from '../proxy/relay.js';
import type { ProxyRequest } from '../proxy/request.js';
import { RouteSets } from '../proxy/route-set.js';
import type { Step } from '../proxy/step.js';
import type { LocationService } from '../proxy/steps/location.js';
import type { RegistrarNeeds } from '../proxy/steps/registrar.js';
import type { Binding } from '../registrar/binding.js';
import { Gruus } from '../registrar/gruu.js';
import type { Locations } from '../registrar/locations.js';
import { Registrar } from '../registrar/registrar.js';
import type { RegistrarSettings } from '../registrar/settings.js';
import { hostKey, type SipUri } from '../sip/uri.js';
import { ClientTransactions } from '../transaction/client.js';
import { ServerTransactions } from '../transaction/server.js';
import type { SipTimers } from '../transaction/timers.js';
import { Resolver } from '../transport/resolve.js';
import type { Transports } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import type { Log } from './log.js';
import { DEFAULT_ROUTE, type LoadedRoute } from './route-file.js';
import { countedSteps } from './route-steps.js';
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
  /** Told of each registration that was refused. */
  readonly rejected?: RegistrarNeeds['rejected'];
  /** The default route when left out. */
  readonly route?: LoadedRoute;
}

export interface Proxy {
  readonly route: readonly Step[];
  readonly core: ProxyCore;
  readonly servers: ServerTransactions;
  readonly clients: ClientTransactions;
  readonly resolver: Resolver;
}

/** Puts together what stands behind the transports: transactions, route and relay. */
export function proxyOf(need: ProxyNeeds): Proxy {
  const { clock, settings, transports, domain, tables } = need;
  const timers = timersOf(settings);
  const local = localFor(domain, transports);
  const resolver = resolverFor(need);
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
    answered: (request, status, reason) => watch.answered(request, status, reason),
    flowFailed: (binding) => removeBinding(binding, need),
    unreachable: (target, error) => watch.unreachable(target, error),
    order: settings.get('proxy.fork'),
    maxBreadth: settings.get('proxy.max-breadth'),
    udpSize: settings.get('proxy.udp-size'),
    alias: settings.get('nat.alias'),
    mayFollow: settings.get('proxy.recurse') ? (request, uri) => isAllowed(tables, request, uri) : undefined,
  });
  const gruus = new Gruus(domain, need.secret);
  const parts = routeParts({
    local,
    limits: { messageSize: settings.get('limits.message-size'), uriSize: settings.get('limits.uri-size') },
    cancelling: {
      matchInvite: (cancel, source) => servers.matchInvite(cancel, source),
      matchOther: (cancel, source) => servers.matchOther(cancel, source),
      cancelBranches: (invite, reasons) => relay.cancelBranches(invite, reasons),
    },
    transactions: servers,
    routeSets,
    relay,
    trustedSources: tables.addresses,
    addressGroups: { find: (group, address, port) => tables.addresses.table.find(group, address, port) },
    credentials: tables.subscribers,
    nonces: new Nonces(clock, settings.get('auth.nonce-expire')),
    acceptForeign: settings.get('auth.accept-foreign'),
    digestOffer: { algorithms: settings.get('auth.algorithms'), qop: settings.get('auth.qop') },
    registrar: {
      registrar: registrarOf(need, gruus),
      registered: (request, aor, result) => watch.registered(request, aor, result),
      rejected: (request, aor, refusal) => need.rejected?.(request, aor, refusal),
    },
    rules: tables.rules,
    locations: locationsFor(need, gruus),
    note: (text, request) => watch.note(text, request),
  });
  const route = (need.route ?? DEFAULT_ROUTE).steps(parts);
  watch.declare(countedSteps(route).map((step) => step.name));
  const core = new ProxyCore({
    route,
    watch,
    reply,
    createTransaction: (request, source) => servers.create(request, source),
    response: (response) => clients.receive(response),
    isFull: () => servers.full,
  });
  return { route, core, servers, clients, resolver };
}

/** A redirection leads nowhere that the caller could not have called himself (security.md R3). */
function isAllowed({ rules }: Tables, { method, message }: ProxyRequest, uri: SipUri): boolean {
  return !rules.methods.has(method) || rules.decide(message.from?.uriText ?? '', ruleSubject(uri)).allowed;
}

function localFor(domain: string, transports: Transports): Local {
  const ports = new Set(transports.listeners.map((listener) => listener.port));
  return localOf(domain, (host, port) => transports.isLocal(host, port), [...ports]);
}

/** Finds only what one of the listeners can send to. */
function resolverFor({ clock, settings, transports: { listeners } }: ProxyNeeds): Resolver {
  return new Resolver(clock, {
    protocols: listeners.map((listener) => listener.protocol),
    families: listeners.map((listener) => listener.family),
    servers: settings.get('dns.servers'),
  });
}

function timersOf(settings: LoadedSettings): SipTimers {
  return {
    T1: settings.get('timers.t1'),
    T2: settings.get('timers.t2'),
    T4: settings.get('timers.t4'),
    C: settings.get('timers.c') * 1000,
  };
}

/** A binding whose flow has failed is of no use to anybody (RFC 5626 5.3); its phone registers again. */
function removeBinding(binding: Binding, { locations, log }: ProxyNeeds): void {
  // Not when the phone has registered again meanwhile.
  if (!locations.held(binding.aor).includes(binding)) return;
  locations
    .change(binding.aor, { upserts: [], deletes: [binding] }, 'deactivated')
    .catch((error: unknown) => log.error({ event: 'database' }, `a binding could not be removed: ${messageOf(error)}`));
}

function registrarOf({ locations, clock, settings, transports, domain, tables }: ProxyNeeds, gruus: Gruus): Registrar {
  const host = hostKey(domain);
  const edges = settings.get('registrar.path-group');
  return new Registrar({
    locations,
    clock,
    gruus,
    settings: registrarSettings(settings),
    isOwn: (uri) => transports.isLocal(uri.host, uri.port) || (uri.port === undefined && hostKey(uri.host) === host),
    mayAddPath: ({ address, port }) =>
      edges === undefined || tables.addresses.table.find(edges, address, port) !== undefined,
  });
}

/** Where requests find our users: by address of record, and by the URI that the registrar gave to one phone. */
function locationsFor({ locations, settings }: ProxyNeeds, gruus: Gruus): LocationService {
  const lookup = (aor: string) => locations.lookup(aor);
  if (!settings.get('registrar.gruu')) return { lookup };
  const lookupGruu = (uri: SipUri, aor: string) => {
    const target = gruus.read(uri, aor);
    return target === undefined ? undefined : lookup(target.aor).filter((binding) => target.isFor(binding));
  };
  return { lookup, lookupGruu };
}

function registrarSettings(settings: LoadedSettings): RegistrarSettings {
  return {
    defaultExpires: settings.get('registrar.default-expires'),
    minExpires: settings.get('registrar.min-expires'),
    maxExpires: settings.get('registrar.max-expires'),
    maxContacts: settings.get('registrar.max-contacts'),
    path: settings.get('registrar.path'),
    outbound: settings.get('registrar.outbound'),
    flowTimer: settings.get('registrar.flow-timer'),
    gruu: settings.get('registrar.gruu'),
  };
}
