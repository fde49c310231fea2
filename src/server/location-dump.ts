import type { Result } from '../control/methods.js';
import type { Binding } from '../registrar/binding.js';
import type { Locations } from '../registrar/locations.js';
import { utf8Of } from '../sip/text.js';
import type { Clock } from '../util/clock.js';
import { fnv1a } from '../util/fnv1a.js';
import type { Keepalive } from './nat-pings.js';

type Contacts = Result<'ul.lookup'>['Contacts'];

const ALL_METHODS = 4_294_967_295;
const NO_CONNECTION = -1;
const UNSET = '[not set]';

/** What a dump shows beside the bindings themselves. */
export interface Dumping {
  readonly clock: Pick<Clock, 'now'>;
  /** What the pings have found out about a binding. */
  keepaliveOf(binding: Binding): Keepalive | undefined;
}

/** The reply of `ul.dump` in Kamailio's shape; `brief` leaves out the contacts. */
export function locationDump(locations: Locations, brief: boolean, dumping: Dumping): Result<'ul.dump'> {
  const AoRs = [];
  let records = 0;
  for (const [aor, bindings] of locations.entries()) {
    records += 1;
    const AoR = utf8Of(aor);
    if (brief) AoRs.push({ AoR });
    else AoRs.push({ Info: { AoR, HashID: fnv1a(aor), Contacts: contactsOf(bindings, dumping) } });
  }
  const Stats = { Records: records, 'Max-Slots': records };
  return { Domains: [{ Domain: { Domain: 'location', Size: records, AoRs, Stats } }] };
}

/** The contacts of one address of record as `ul.lookup` shows them. */
export function contactsOf(bindings: readonly Binding[], { clock, keepaliveOf }: Dumping): Contacts {
  const now = clock.now();
  return bindings.map((binding) => ({ Contact: contactOf(binding, now, keepaliveOf(binding)) }));
}

function contactOf(binding: Binding, now: number, keepalive: Keepalive | undefined): Contacts[number]['Contact'] {
  const isPermanent = binding.expires === Number.POSITIVE_INFINITY;
  return {
    Address: utf8Of(binding.contact),
    Expires: isPermanent ? 'permanent' : Math.ceil((binding.expires - now) / 1000),
    Q: binding.q,
    'Call-ID': utf8Of(binding.callId),
    CSeq: binding.cseq,
    'User-Agent': utf8Of(binding.userAgent),
    Received: binding.received ?? UNSET,
    Path: binding.path.length === 0 ? UNSET : utf8Of(binding.path.join(',')),
    State: 'CS_SYNC',
    Flags: binding.flags,
    CFlags: binding.cflags,
    Socket: binding.socket ?? UNSET,
    Methods: binding.methods ?? ALL_METHODS,
    Ruid: binding.ruid,
    Instance: binding.instance === undefined ? UNSET : utf8Of(`<${binding.instance}>`),
    'Reg-Id': binding.regId,
    'Server-Id': 0,
    'Tcpconn-Id': binding.flow?.id ?? NO_CONNECTION,
    Keepalive: keepalive === undefined ? 0 : 1,
    // Before the first answer it is the registration that showed the phone to be there, as in Kamailio.
    'Last-Keepalive': Math.floor(Math.max(keepalive?.last ?? 0, binding.modified) / 1000),
    'KA-Roundtrip': (keepalive?.roundtrip ?? 0) * 1000,
    'Last-Modified': Math.floor(binding.modified / 1000),
  };
}
