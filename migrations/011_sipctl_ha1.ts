import { createTables } from '../src/storage/tables/migration.js';
import { sipctlHa1 } from '../src/storage/tables/sipctl.js';

export const { up, down } = createTables(sipctlHa1);
