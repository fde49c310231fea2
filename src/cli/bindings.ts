import type { Result } from '../control/methods.js';

type LookedUp = Result<'ul.lookup'>;
type Contact = LookedUp['Contacts'][number]['Contact'];

/** The columns of `location` that a server tells about a binding. */
export const BINDING_COLUMNS = [
  'aor',
  'contact',
  'expires',
  'q',
  'callid',
  'cseq',
  'user_agent',
  'received',
  'path',
  'socket',
  'ruid',
];

/** Kamailio's words for text that is not there. */
const NOT_SET = '[not set]';

/** The bindings of one address of record, a row each. */
export function bindingsOf({ AoR, Contacts }: LookedUp): object[] {
  return Contacts.map(({ Contact }) => bindingOf(AoR, Contact));
}

/** All bindings of a dump; a brief one has only the addresses of record. */
export function bindingsOfDump({ Domains }: Result<'ul.dump'>): object[] {
  const records = Domains.flatMap(({ Domain }) => Domain.AoRs);
  return records.flatMap((record) => ('Info' in record ? bindingsOf(record.Info) : [{ aor: record.AoR }]));
}

function bindingOf(aor: string, contact: Contact): object {
  return {
    aor,
    contact: contact.Address,
    expires: contact.Expires,
    q: contact.Q,
    callid: contact['Call-ID'],
    cseq: contact.CSeq,
    user_agent: orNull(contact['User-Agent']),
    received: orNull(contact.Received),
    path: orNull(contact.Path),
    socket: orNull(contact.Socket),
    ruid: contact.Ruid,
  };
}

function orNull(text: string): string | null {
  return text === NOT_SET ? null : text;
}
