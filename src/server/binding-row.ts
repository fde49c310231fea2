import type { Binding, BindingChanges, BindingStore } from '../registrar/binding.js';
import { latin1Of, utf8Of } from '../sip/text.js';
import type { LocationRow } from '../storage/rows.js';
import type { Locations } from '../storage/storage.js';
import { lowerAscii } from '../util/ascii.js';

/** A Kamailio writes this for a contact that allows every method. */
const ALL_METHODS = 4_294_967_295;
const NO_CONNECTION = -1;

/** The row of `location` for a binding, as Kamailio's usrloc would write it. */
export function rowOf(binding: Binding): LocationRow {
  const at = binding.aor.lastIndexOf('@');
  return {
    ruid: binding.ruid,
    username: utf8Of(binding.aor.slice(0, at)),
    domain: utf8Of(binding.aor.slice(at + 1)),
    contact: utf8Of(binding.contact),
    received: binding.received ?? null,
    path: binding.path.length === 0 ? null : utf8Of(binding.path.join(',')),
    expires: binding.expires === Number.POSITIVE_INFINITY ? null : new Date(binding.expires),
    q: binding.q,
    callid: utf8Of(binding.callId),
    cseq: binding.cseq,
    last_modified: new Date(binding.modified),
    flags: binding.flags,
    cflags: binding.cflags,
    user_agent: utf8Of(binding.userAgent),
    socket: binding.socket ?? null,
    methods: binding.methods ?? null,
    instance: binding.instance === undefined ? null : utf8Of(`<${binding.instance}>`),
    reg_id: binding.regId,
    server_id: 0,
    connection_id: NO_CONNECTION,
    keepalive: 0,
    partition: 0,
  };
}

/** The binding of a row, also of one that a Kamailio wrote; `domain` is that of rows without one (use_domain 0). */
export function bindingOf(row: LocationRow, domain: string): Binding {
  return {
    ruid: row.ruid,
    aor: lowerAscii(latin1Of(`${row.username}@${row.domain ?? domain}`)),
    contact: latin1Of(row.contact),
    received: row.received ?? undefined,
    path: row.path === null ? [] : latin1Of(row.path).split(','),
    expires: row.expires === null ? Number.POSITIVE_INFINITY : row.expires.getTime(),
    q: row.q,
    callId: latin1Of(row.callid),
    cseq: row.cseq,
    modified: row.last_modified.getTime(),
    userAgent: latin1Of(row.user_agent),
    socket: row.socket ?? undefined,
    methods: row.methods === null || row.methods === ALL_METHODS ? undefined : row.methods,
    instance: row.instance === null ? undefined : latin1Of(row.instance.replace(/^<|>$/g, '')),
    regId: row.reg_id,
    flags: row.flags,
    cflags: row.cflags,
    flow: undefined,
  };
}

/** The registrar's store on the table `location`. */
export function bindingStore(locations: Locations): BindingStore {
  return {
    apply: ({ upserts, deletes }: BindingChanges) =>
      locations.apply({ upserts: upserts.map(rowOf), deletes: deletes.map((binding) => binding.ruid) }),
  };
}
