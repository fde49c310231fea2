import type { Result } from '../control/methods.js';
import type { Binding } from '../registrar/binding.js';
import type { Locations } from '../registrar/locations.js';
import { utf8Of } from '../sip/text.js';
import { fnv1a } from '../util/fnv1a.js';

type Contacts = Result<'ul.lookup'>['Contacts'];

const ALL_METHODS = 4_294_967_295;
const UNSET = '[not set]';

/** The reply of `ul.dump` in Kamailio's shape; `brief` leaves out the contacts. */
export function locationDump(locations: Locations, brief: boolean, now: number): Result<'ul.dump'> {
  const AoRs = [];
  let records = 0;
  for (const [aor, bindings] of locations.entries()) {
    records += 1;
    const AoR = utf8Of(aor);
    if (brief) AoRs.push({ AoR });
    else AoRs.push({ Info: { AoR, HashID: fnv1a(aor), Contacts: contactsOf(bindings, now) } });
  }
  const Stats = { Records: records, 'Max-Slots': records };
  return { Domains: [{ Domain: { Domain: 'location', Size: records, AoRs, Stats } }] };
}

/** The contacts of one address of record as `ul.lookup` shows them. */
export function contactsOf(bindings: readonly Binding[], now: number): Contacts {
  return bindings.map((binding) => ({ Contact: contactOf(binding, now) }));
}

function contactOf(binding: Binding, now: number): Contacts[number]['Contact'] {
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
    'Tcpconn-Id': -1,
    Keepalive: 0,
    'Last-Keepalive': Math.floor(binding.modified / 1000),
    'KA-Roundtrip': 0,
    'Last-Modified': Math.floor(binding.modified / 1000),
  };
}
