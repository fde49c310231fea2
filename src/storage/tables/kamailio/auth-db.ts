import { index, table, text } from '../table.js';

export const subscriber = table({
  name: 'subscriber',
  version: 7,
  columns: [text('username', 64), text('domain', 64), text('password', 64), text('ha1', 128), text('ha1b', 128)],
  unique: [index('account_idx', 'username', 'domain')],
  indexes: [index('username_idx', 'username')],
});
