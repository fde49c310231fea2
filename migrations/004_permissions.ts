import { address, trusted } from '../src/storage/tables/kamailio/permissions.js';
import { createTables } from '../src/storage/tables/migration.js';

export const { up, down } = createTables(trusted, address);
