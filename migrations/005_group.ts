import { grp } from '../src/storage/tables/kamailio/group.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(grp);
