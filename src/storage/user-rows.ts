export interface UserColumns {
  readonly username: string;
  readonly domain: string;
}

const OWN: UserColumns = { username: 'username', domain: 'domain' };
const ALIAS: UserColumns = { username: 'alias_username', domain: 'alias_domain' };
const LOCAL: UserColumns = { username: 'l_username', domain: 'l_domain' };

/** Tables that hold rows of one user, ours and those that only kamdbctl makes, and the columns that name the user. */
export const ROWS_OF_A_USER: ReadonlyMap<string, readonly UserColumns[]> = new Map([
  ['subscriber', [OWN]],
  ['sipctl_ha1', [OWN]],
  ['grp', [OWN]],
  ['dbaliases', [OWN, ALIAS]],
  ['location', [OWN]],
  ['location_attrs', [OWN]],
  ['aliases', [OWN]],
  ['usr_preferences', [OWN]],
  ['speed_dial', [OWN]],
  ['uri', [OWN]],
  ['silo', [OWN]],
  ['uacreg', [LOCAL]],
]);
