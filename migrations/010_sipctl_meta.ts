import { createTables } from '../src/storage/tables/migration.js';
import { sipctlMeta } from '../src/storage/tables/sipctl.js';

export const { up, down } = createTables(sipctlMeta);
