import { index, int, lastModified, letter, optionalText, table, varchar } from './table.js';

/** Rules of allow_routing(), one a row (seed 001), with an order and room for a note. */
export const permissionsRules = table({
  name: 'permissions_rules',
  version: 1,
  columns: [
    letter('type', ['A', 'D']),
    varchar('rule', 512),
    lastModified('last_change'),
    int('position', { default: 0 }),
    optionalText('note', 255),
  ],
  indexes: [index('order_idx', 'type', 'position')],
});

/** Facts about the installation that must survive a restart. */
export const sipctlMeta = table({
  name: 'sipctl_meta',
  version: 1,
  columns: [varchar('name', 64), varchar('value', 512)],
  unique: [index('name_idx', 'name')],
});
