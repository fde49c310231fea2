import { parseUri, sameUri } from '../sip/uri.js';
import { type Binding, type BindingChanges, type Flow, isLive, newRuid } from './binding.js';
import type { Refusal, RegistrarSettings, Registration, WantedContact } from './registration.js';

/** What is the same for every contact of one REGISTER. */
export interface Arrival {
  readonly aor: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The listener it came in by. */
  readonly socket: string;
  /** The connection it came over, when that leads to the phone. */
  readonly flow: Flow | undefined;
  /** The URI to reach a contact by when the contact itself would not lead to the phone. */
  readonly received: (contact: WantedContact) => string | undefined;
}

/**
 * What a REGISTER does to the bindings of its address of record (RFC 3261 10.3 steps 6 and 7): everything or,
 * on a refusal, nothing. A pure function: the caller carries the changes out.
 */
export function register(
  bindings: readonly Binding[],
  wanted: Registration,
  arrival: Arrival,
  settings: RegistrarSettings,
): BindingChanges | Refusal {
  const upserts: Binding[] = [];
  const deletes: Binding[] = [];
  if (wanted.wildcard) {
    if (bindings.some((binding) => isOutdated(wanted, binding))) return OUT_OF_ORDER;
    return { upserts, deletes: bindings };
  }
  for (const contact of wanted.contacts) {
    const known = bindings.find((binding) => isFor(binding, contact));
    if (known !== undefined && isOutdated(wanted, known)) return OUT_OF_ORDER;
    if (contact.expires === 0) {
      if (known !== undefined) deletes.push(known);
    } else {
      upserts.push(bind(contact, wanted, arrival, known));
    }
  }
  if (countAfter(bindings, { upserts, deletes }, arrival.now) > settings.maxContacts) return TOO_MANY;
  return { upserts, deletes };
}

const OUT_OF_ORDER: Refusal = { status: 400, text: 'Invalid CSeq number' };
// Kamailio answers 503, which makes a phone fail over to another server that will refuse it as well.
const TOO_MANY: Refusal = { status: 403, text: 'Too many registered contacts' };

/** An instance is matched by its id and reg-id (RFC 5626), any other contact by comparing URIs (RFC 3261 19.1.4). */
function isFor(binding: Binding, contact: WantedContact): boolean {
  if (contact.instance !== undefined) {
    return binding.instance === contact.instance && binding.regId === contact.regId;
  }
  if (binding.contact === contact.text) return true;
  const uri = parseUri(binding.contact);
  return uri !== undefined && sameUri(uri, contact.uri);
}

/** RFC 3261 10.3 step 7: within one Call-ID a registration must carry a higher CSeq than the one before it. */
function isOutdated(wanted: Registration, binding: Binding): boolean {
  return binding.callId === wanted.callId && wanted.cseq <= binding.cseq;
}

function bind(contact: WantedContact, wanted: Registration, arrival: Arrival, known: Binding | undefined): Binding {
  return {
    ruid: known?.ruid ?? newRuid(),
    aor: arrival.aor,
    contact: contact.text,
    received: arrival.received(contact),
    path: wanted.extensions.path,
    expires: arrival.now + contact.expires * 1000,
    q: contact.q,
    callId: wanted.callId,
    cseq: wanted.cseq,
    modified: arrival.now,
    userAgent: wanted.userAgent,
    socket: arrival.socket,
    methods: contact.methods,
    instance: contact.instance,
    regId: contact.regId,
    flags: known?.flags ?? 0,
    cflags: known?.cflags ?? 0,
    flow: arrival.flow,
  };
}

function countAfter(bindings: readonly Binding[], changes: BindingChanges, now: number): number {
  const after = new Set<string>();
  for (const binding of bindings) if (isLive(binding, now)) after.add(binding.ruid);
  for (const binding of changes.deletes) after.delete(binding.ruid);
  for (const binding of changes.upserts) after.add(binding.ruid);
  return after.size;
}
