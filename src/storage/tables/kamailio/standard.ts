import { index, table, unsigned, varchar } from '../table.js';

/** The structure version of every table; modules of Kamailio read it at start. */
export const version = table({
  name: 'version',
  version: 1,
  columns: [varchar('table_name', 32), unsigned('table_version', { default: 0 })],
  unique: [index('table_name_idx', 'table_name')],
});
