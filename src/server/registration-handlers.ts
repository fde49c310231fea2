import { FAULT, RpcFault } from '../control/fault.js';
import type { Handlers, Params, Result } from '../control/methods.js';
import { type Binding, newRuid } from '../registrar/binding.js';
import type { Locations } from '../registrar/locations.js';
import { parseNameAddr, splitList } from '../sip/name-addr.js';
import { latin1Of, utf8Of } from '../sip/text.js';
import { parseUri, sameUri } from '../sip/uri.js';
import type { Clock } from '../util/clock.js';
import type { RegistrationEvent, RegistrationEvents } from './registration-events.js';

export interface RegistrationHandlerNeeds {
  readonly clock: Clock;
  readonly locations: Locations;
  readonly events: RegistrationEvents;
  /** The key of an address of record as a person writes it. */
  aorOf(user: string): string;
}

/** Events in one answer: the rest is there for the next question. */
const MOST_EVENTS = 1000;

/** What a Kamailio writes into a contact that was added by its RPC. */
const CALL_ID = 'dfjrewr12386fd6-343@kamailio.rpc';
const USER_AGENT = 'kamailio SIP Router - RPC Server';
const CSEQ = 1;
const ALL_METHODS = 4_294_967_295;

/** The control methods that concern registrations and are not dumps. */
export function registrationHandlers(need: RegistrationHandlerNeeds): Pick<Handlers, 'registrar.events' | 'ul.add'> {
  const { events, locations, clock } = need;
  return {
    'registrar.events': async ({ since = events.last, wait = 0 }) => {
      // A number that is still to come was given by a server that ran before.
      const after = since > events.last ? 0 : since;
      await events.wait(after, wait * 1000);
      const found = events.since(after, MOST_EVENTS);
      return { last: found.at(-1)?.sequence ?? events.last, events: found.map(shown) };
    },
    'ul.add': async (params) => {
      if (params.table !== 'location') throw new RpcFault(500, 'NOT_FOUND', 'Domain table not found');
      const aor = need.aorOf(params.aor);
      const binding = addedBinding(aor, params, locations.lookup(aor), clock.now());
      await locations.change(aor, { upserts: [binding], deletes: [] });
      return {};
    },
  };
}

function shown({
  sequence,
  at,
  event,
  aor,
  binding,
  reason,
}: RegistrationEvent): Result<'registrar.events'>['events'][0] {
  const isPermanent = binding?.expires === Number.POSITIVE_INFINITY;
  const seconds = binding === undefined ? null : Math.max(0, Math.ceil((binding.expires - at) / 1000));
  return {
    sequence,
    time: new Date(at).toISOString(),
    event,
    aor: utf8Of(aor),
    contact: binding === undefined ? null : utf8Of(binding.contact),
    expires: isPermanent ? 'permanent' : seconds,
    received: binding?.received ?? null,
    socket: binding?.socket ?? null,
    user_agent: binding === undefined ? null : utf8Of(binding.userAgent),
    callid: binding === undefined ? null : utf8Of(binding.callId),
    reason: reason === undefined ? null : utf8Of(reason),
  };
}

/** A contact as an administrator adds it (Kamailio's RPC ul.add); one with the same URI is replaced. */
function addedBinding(aor: string, given: Params<'ul.add'>, known: readonly Binding[], now: number): Binding {
  const contact = latin1Of(given.contact);
  const uri = parseUri(contact);
  if (uri === undefined || uri.host === '') throw invalid(`contact: ${given.contact} is not a SIP URI`);
  const same = known.find((binding) => {
    const other = parseUri(binding.contact);
    return other !== undefined && sameUri(other, uri);
  });
  const { expires = 0, q = -1, flags = 0, cflags = 0, methods = ALL_METHODS } = given;
  return {
    ruid: same?.ruid ?? newRuid(),
    aor,
    contact,
    received: undefined,
    path: pathOf(given.path),
    expires: expires === 0 ? Number.POSITIVE_INFINITY : now + expires * 1000,
    q,
    callId: CALL_ID,
    cseq: CSEQ,
    modified: now,
    userAgent: USER_AGENT,
    socket: undefined,
    methods: methods === ALL_METHODS ? undefined : methods,
    instance: undefined,
    regId: 0,
    flags,
    cflags,
    flow: undefined,
  };
}

/** A Path as it would stand in its header, or bare URIs; `.`, `0` and nothing are none, as kamctl sends them. */
function pathOf(text: string | undefined): string[] {
  if (text === undefined || text === '' || text === '.' || text === '0') return [];
  return splitList(latin1Of(text)).map((value) => {
    const uri = parseUri(parseNameAddr(value)?.uriText ?? '');
    if (uri === undefined || uri.host === '') throw invalid(`path: ${text} is not a list of SIP URIs`);
    return value.startsWith('<') ? value : `<${value}>`;
  });
}

function invalid(sentence: string): RpcFault {
  return new RpcFault(FAULT.INVALID_PARAMS, 'USAGE', `ul.add: ${sentence}`);
}
