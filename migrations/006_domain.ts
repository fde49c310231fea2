import { domain, domainAttrs } from '../src/storage/tables/kamailio/domain.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(domain, domainAttrs);
