import { z } from 'zod';
import { method, text } from './method.js';
import * as shape from './shapes.js';

const bits = z.number().int().min(0).max(4_294_967_295);

/** What a running server can be asked. Names, parameters and replies are Kamailio's where Kamailio has the method. */
export const METHODS = {
  'permissions.addressReload': method({
    summary: 'Load the address table again',
    access: 'write',
    params: {},
    result: shape.addressReloaded,
  }),
  'permissions.addressDump': method({
    summary: 'The single addresses that the server holds',
    access: 'read',
    params: {},
    result: shape.addressDump,
  }),
  'permissions.subnetDump': method({
    summary: 'The subnets that the server holds',
    access: 'read',
    params: {},
    result: shape.subnetDump,
  }),
  'permissions.rulesReload': method({
    summary: 'Load the allow and deny rules again',
    access: 'write',
    params: {},
    result: shape.rulesReloaded,
  }),
  'subscriber.reload': method({
    summary: 'Load one subscriber (user or user@domain), or all of them, again',
    access: 'write',
    params: { user: text.optional() },
    result: shape.subscribersReloaded,
  }),
  'ul.dump': method({
    summary: 'All bindings; with "brief" only the addresses of record',
    access: 'read',
    params: { brief: z.literal('brief').optional() },
    result: shape.locationDump,
  }),
  'ul.lookup': method({
    summary: 'The bindings of one address of record',
    access: 'read',
    params: { table: text, aor: text },
    result: shape.lookedUp,
  }),
  'ul.add': method({
    summary: 'Add a binding; `expires` 0 is for good, `path` "." none, `q` -1 unspecified',
    access: 'write',
    params: {
      table: text,
      aor: text,
      contact: text,
      expires: z.number().int().min(0).max(2_147_483_647).optional(),
      q: z.number().min(-1).max(1).optional(),
      path: text.optional(),
      flags: bits.optional(),
      cflags: bits.optional(),
      methods: bits.optional(),
    },
    result: shape.nothing,
  }),
  'ul.rm': method({
    summary: 'Remove all bindings of an address of record',
    access: 'write',
    params: { table: text, aor: text },
    result: shape.nothing,
  }),
  'ul.rm_contact': method({
    summary: 'Remove one binding of an address of record',
    access: 'write',
    params: { table: text, aor: text, contact: text },
    result: shape.nothing,
  }),
  'registrar.events': method({
    summary: 'Registration events after number `since` (now), waiting `wait` seconds for one',
    access: 'read',
    params: { since: z.number().int().min(0).optional(), wait: z.number().min(0).max(60).optional() },
    result: shape.registrationEvents,
  }),
  'core.version': method({ summary: 'Name and version of the server', access: 'read', params: {}, result: z.string() }),
  'core.uptime': method({
    summary: 'Since when the server runs, in seconds too',
    access: 'read',
    params: {},
    result: shape.uptime,
  }),
  'core.info': method({
    summary: 'Version, process, domain, database and listeners',
    access: 'read',
    params: {},
    result: shape.info,
  }),
  'core.route': method({
    summary: 'The steps of the route in order, and how many requests each has decided',
    access: 'read',
    params: {},
    result: shape.route,
  }),
  'stats.get_statistics': method({
    summary: 'Counters as "group:name = value": all, a group ("group:") or names',
    access: 'read',
    params: { names: z.array(text) },
    rest: true,
    result: z.array(z.string()),
  }),
  'stats.fetch': method({
    summary: 'Counters as an object of "group.name" and text: all, a group ("group:") or names',
    access: 'read',
    params: { names: z.array(text) },
    rest: true,
    result: z.record(z.string(), z.string()),
  }),
  'system.listMethods': method({
    summary: 'The names of all methods',
    access: 'read',
    params: {},
    result: z.array(z.string()),
  }),
  'system.methodHelp': method({
    summary: 'What a method does',
    access: 'read',
    params: { method: text },
    result: z.string(),
  }),
  'sip.ping': method({
    summary: 'Send OPTIONS to a URI and wait for the answer, at most `timeout` seconds',
    access: 'read',
    params: { uri: text, timeout: z.number().positive().max(60).optional() },
    result: shape.pinged,
  }),
} as const;

export type MethodName = keyof typeof METHODS;

/** What a handler gets. */
export type Params<M extends MethodName> = z.output<(typeof METHODS)[M]['params']>;

/** What a caller gives. */
export type Arguments<M extends MethodName> = z.input<(typeof METHODS)[M]['params']>;

export type Result<M extends MethodName> = z.output<(typeof METHODS)[M]['result']>;

/** A server that lacks a handler does not compile. */
export type Handlers = { readonly [M in MethodName]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}
