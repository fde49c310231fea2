import { dbaliases } from '../src/storage/tables/kamailio/alias-db.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(dbaliases);
