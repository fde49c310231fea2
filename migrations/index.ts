import type { Knex } from 'knex';

export interface MigrationEntry {
  readonly name: string;
  readonly load: () => Promise<Knex.Migration>;
}

/** Every migration in the order in which they run. One that was released is never edited: a change is a new one. */
export const migrations: readonly MigrationEntry[] = [
  { name: '001_standard', load: () => import('./001_standard.js') },
  { name: '002_auth_db', load: () => import('./002_auth_db.js') },
  { name: '003_usrloc', load: () => import('./003_usrloc.js') },
  { name: '004_permissions', load: () => import('./004_permissions.js') },
  { name: '005_group', load: () => import('./005_group.js') },
  { name: '006_domain', load: () => import('./006_domain.js') },
  { name: '007_alias_db', load: () => import('./007_alias_db.js') },
  { name: '008_acc', load: () => import('./008_acc.js') },
  { name: '009_permissions_rules', load: () => import('./009_permissions_rules.js') },
  { name: '010_sipctl_meta', load: () => import('./010_sipctl_meta.js') },
  { name: '011_sipctl_ha1', load: () => import('./011_sipctl_ha1.js') },
];
