import { existsSync } from 'node:fs';
import type { Storage } from '../storage/storage.js';

/**
 * The database for a dry run: nothing is created or migrated. An embedded one that is not there yet would be empty, and
 * is stood in for by an empty one in memory. Throws DATABASE when the schema is not what it must be.
 */
export async function openUnchanged(url: string): Promise<Storage> {
  if (await isYetToCome(url)) return openInMemory(true);
  const storage = await openAsItIs(url);
  try {
    await storage.schema.demandCurrent();
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** The same without the demand for a schema, for what looks at the schema itself. */
export async function openAsItIs(url: string): Promise<Storage> {
  if (await isYetToCome(url)) return openInMemory(false);
  const { openStorage } = await import('../storage/open.js');
  return openStorage(url);
}

async function openInMemory(create: boolean): Promise<Storage> {
  const { openStorage } = await import('../storage/open.js');
  return openStorage('sqlite::memory:', { create });
}

async function isYetToCome(url: string): Promise<boolean> {
  const { parseDatabaseUrl } = await import('../storage/url.js');
  const parsed = parseDatabaseUrl(url);
  return parsed.engine === 'sqlite' && parsed.path !== ':memory:' && !existsSync(parsed.path);
}
