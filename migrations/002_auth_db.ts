import { subscriber } from '../src/storage/tables/kamailio/auth-db.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(subscriber);
