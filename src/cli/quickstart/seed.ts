import type { Storage } from '../../storage/storage.js';
import { hashedPassword } from '../hashes.js';
import { EXAMPLE_RULES, EXAMPLE_USERS, exampleAddress } from './examples.js';
import { generatePassword } from './password.js';

export interface SeededUser {
  readonly username: string;
  /** Known only when it was made just now; the database has hashes of it. */
  readonly password: string | null;
}

export interface Seeded {
  readonly users: readonly SeededUser[];
  readonly madeUsers: boolean;
  readonly addresses: number;
  readonly rules: number;
}

/** Fills what is empty: two subscribers, an address, a few rules. With `dryRun` it only says what it would do. */
export async function seed(storage: Storage, domain: string, group: number, dryRun: boolean): Promise<Seeded> {
  const addresses = (await storage.addresses.count()) === 0 ? 1 : 0;
  const rules = (await storage.rules.list()).length === 0 ? EXAMPLE_RULES.length : 0;
  const madeUsers = (await storage.subscribers.count()) === 0;
  if (!dryRun && addresses > 0) await storage.addresses.add(exampleAddress(group));
  if (!dryRun && rules > 0) await storage.rules.replaceAll(EXAMPLE_RULES);
  const users = madeUsers ? await seedUsers(storage, domain, dryRun) : await knownUsers(storage, domain);
  return { users, madeUsers, addresses, rules };
}

async function seedUsers(storage: Storage, domain: string, dryRun: boolean): Promise<SeededUser[]> {
  if (dryRun) return EXAMPLE_USERS.map((username) => ({ username, password: null }));
  const users = EXAMPLE_USERS.map((username) => ({ username, password: generatePassword() }));
  for (const { username, password } of users) {
    const account = { username, domain };
    await storage.subscribers.add({ ...account, ...hashedPassword(account, password) });
  }
  return users;
}

async function knownUsers(storage: Storage, domain: string): Promise<SeededUser[]> {
  const rows = await storage.subscribers.list({ domain });
  return rows.map(({ username }) => ({ username, password: null }));
}
