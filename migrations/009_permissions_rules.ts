import { createTables } from '../src/storage/tables/migration.js';
import { permissionsRules } from '../src/storage/tables/sipctl.js';

export const { up, down } = createTables(permissionsRules);
