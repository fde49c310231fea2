import { acc, missedCalls } from '../src/storage/tables/kamailio/acc.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(acc, missedCalls);
