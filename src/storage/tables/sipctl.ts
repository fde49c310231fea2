import { index, int, lastModified, letter, optionalText, table, text, varchar } from './table.js';

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

/**
 * HA1 and HA1B of a subscriber by the algorithms of RFC 8760 that Kamailio's columns have no room for: those stay MD5.
 * `subscriber_ha1` is subscriber.ha1 as it was written together with the row. When the two differ, the password has been
 * changed by a program that does not know this table (kamctl, SQL), and the row counts no more.
 */
export const sipctlHa1 = table({
  name: 'sipctl_ha1',
  version: 1,
  columns: [
    text('username', 64),
    text('domain', 64),
    varchar('algorithm', 16),
    varchar('ha1', 128),
    varchar('ha1b', 128),
    text('subscriber_ha1', 128),
  ],
  unique: [index('account_idx', 'username', 'domain', 'algorithm')],
});
