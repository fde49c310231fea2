import { hostname } from 'node:os';
import type { LoadedSettings } from './load.js';

/** The part of `Meta` (src/storage) that is needed here. */
export interface DomainMemory {
  get(name: string): Promise<string | undefined>;
  setOnce(name: string, value: string): Promise<string>;
}

/** The name under which the domain is kept in `sipctl_meta`. */
export const DOMAIN_FACT = 'domain';

/**
 * The realm of this installation and the default domain of users. The setting wins; left unset, it is what was fixed in
 * the database when that was created, so that renaming the host spoils no HA1.
 */
export async function domainOf(settings: Pick<LoadedSettings, 'get'>, memory: DomainMemory): Promise<string> {
  const fixed = await fixDomain(settings, memory);
  return settings.get('domain') ?? fixed;
}

/** Fixes the domain in a new database, unless that is done already; answers the one that stands. */
export async function fixDomain(settings: Pick<LoadedSettings, 'get'>, memory: DomainMemory): Promise<string> {
  const stands = await memory.get(DOMAIN_FACT);
  return stands ?? memory.setOnce(DOMAIN_FACT, settings.get('domain') ?? hostname().toLowerCase());
}
