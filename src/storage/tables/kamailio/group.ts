import { index, lastModified, table, text } from '../table.js';

export const grp = table({
  name: 'grp',
  version: 2,
  columns: [text('username', 64), text('domain', 64), text('grp', 64), lastModified()],
  unique: [index('account_group_idx', 'username', 'domain', 'grp')],
});
