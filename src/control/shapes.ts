import { z } from 'zod';

/** The shapes of replies: Kamailio's where Kamailio has the method (kamctl.md section 5.4), else ours. */

export const addressReloaded = z.object({
  revision: z.number(),
  entries: z.number(),
  hosts: z.number(),
  subnets: z.number(),
  names: z.number(),
});

export const rulesReloaded = z.object({ revision: z.number(), allow: z.number(), deny: z.number() });

export const subscribersReloaded = z.object({ revision: z.number(), subscribers: z.number() });

export const addressDump = z.array(
  z.object({
    table: z.number(),
    group: z.number(),
    item: z.object({ ip: z.string(), port: z.number(), tag: z.string() }),
  }),
);

export const subnetDump = z.array(
  z.object({
    id: z.number(),
    group: z.number(),
    item: z.object({ ip: z.string(), mask: z.number(), port: z.number(), tag: z.string() }),
  }),
);

/** One binding as Kamailio's usrloc prints it; text that is unset is `[not set]`. */
export const contact = z.object({
  Address: z.string(),
  Expires: z.union([z.number(), z.string()]),
  Q: z.number(),
  'Call-ID': z.string(),
  CSeq: z.number(),
  'User-Agent': z.string(),
  Received: z.string(),
  Path: z.string(),
  State: z.string(),
  Flags: z.number(),
  CFlags: z.number(),
  Socket: z.string(),
  Methods: z.number(),
  Ruid: z.string(),
  Instance: z.string(),
  'Reg-Id': z.number(),
  'Server-Id': z.number(),
  'Tcpconn-Id': z.number(),
  Keepalive: z.number(),
  'Last-Keepalive': z.number(),
  'KA-Roundtrip': z.number(),
  'Last-Modified': z.number(),
});

export const contacts = z.array(z.object({ Contact: contact }));

export const lookedUp = z.object({ AoR: z.string(), Contacts: contacts });

/** An entry of ul.dump: with `brief` it is the bare address of record. */
const dumped = z.union([
  z.object({ Info: z.object({ AoR: z.string(), HashID: z.number(), Contacts: contacts }) }),
  z.object({ AoR: z.string() }),
]);

export const locationDump = z.object({
  Domains: z.array(
    z.object({
      Domain: z.object({
        Domain: z.string(),
        Size: z.number(),
        AoRs: z.array(dumped),
        Stats: z.object({ Records: z.number(), 'Max-Slots': z.number() }),
      }),
    }),
  ),
});

const textOrNull = z.string().nullable();

export const registrationEvents = z.object({
  /** Ask for those after this number next. */
  last: z.number(),
  events: z.array(
    z.object({
      sequence: z.number(),
      time: z.string(),
      event: z.enum(['created', 'refreshed', 'expired', 'unregistered', 'deactivated', 'rejected']),
      aor: z.string(),
      contact: textOrNull,
      expires: z.union([z.number(), z.string()]).nullable(),
      received: textOrNull,
      socket: textOrNull,
      user_agent: textOrNull,
      callid: textOrNull,
      reason: textOrNull,
    }),
  ),
});

export const uptime = z.object({ now: z.string(), up_since: z.string(), uptime: z.number() });

export const info = z.object({
  version: z.string(),
  node: z.string(),
  pid: z.number(),
  domain: z.string(),
  database: z.string(),
  listen: z.array(z.string()),
});

export const route = z.object({
  file: z.string().nullable(),
  steps: z.array(z.object({ step: z.string(), when: z.string().nullable(), decided: z.number().nullable() })),
});

export const pinged = z.object({ code: z.number(), text: z.string(), ms: z.number() });

export const nothing = z.object({});
