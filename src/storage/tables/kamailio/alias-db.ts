import { index, table, text } from '../table.js';

export const dbaliases = table({
  name: 'dbaliases',
  version: 1,
  columns: [text('alias_username', 64), text('alias_domain', 64), text('username', 64), text('domain', 64)],
  indexes: [
    index('alias_user_idx', 'alias_username'),
    index('alias_idx', 'alias_username', 'alias_domain'),
    index('target_idx', 'username', 'domain'),
  ],
});
