import { index, int, optionalText, smallint, table, unsigned, varchar } from '../table.js';

export const address = table({
  name: 'address',
  version: 6,
  columns: [
    unsigned('grp', { default: 1, display: 11 }),
    varchar('ip_addr', 50),
    int('mask', { default: 32 }),
    smallint('port', { default: 0 }),
    varchar('tag', 64, { nullable: true }),
  ],
});

export const trusted = table({
  name: 'trusted',
  version: 6,
  columns: [
    varchar('src_ip', 50),
    varchar('proto', 4),
    optionalText('from_pattern', 64),
    optionalText('ruri_pattern', 64),
    varchar('tag', 64, { nullable: true }),
    int('priority', { default: 0 }),
  ],
  indexes: [index('peer_idx', 'src_ip')],
});
