import { version } from '../src/storage/tables/kamailio/standard.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(version);
