import { location } from '../src/storage/tables/kamailio/usrloc.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(location);
