import { acc, missedCalls } from './kamailio/acc.js';
import { dbaliases } from './kamailio/alias-db.js';
import { subscriber } from './kamailio/auth-db.js';
import { domain, domainAttrs } from './kamailio/domain.js';
import { grp } from './kamailio/group.js';
import { address, trusted } from './kamailio/permissions.js';
import { version } from './kamailio/standard.js';
import { location } from './kamailio/usrloc.js';
import { permissionsRules, sipctlHa1, sipctlMeta } from './sipctl.js';
import type { Table } from './table.js';

/** Every table that the migrations make; Kamailio's are those of version 5.6. */
export const TABLES: readonly Table[] = [
  version,
  subscriber,
  location,
  trusted,
  address,
  grp,
  domain,
  domainAttrs,
  dbaliases,
  acc,
  missedCalls,
  permissionsRules,
  sipctlMeta,
  sipctlHa1,
];
