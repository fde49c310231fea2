import { fixDomain } from '../../config/domain.js';
import type { Storage } from '../../storage/storage.js';
import { defineCommand } from '../command.js';
import { openAsItIs } from '../dry-run.js';
import type { Tools } from '../tools.js';

export const dbCreate = defineCommand({
  name: 'db create',
  summary: 'Create the database and its tables, or what is missing of them',
  args: {},
  columns: ['database', 'domain', 'migrations'],
  examples: ['db create', 'db create --db mysql://kamailio:secret@localhost/kamailio --domain example.org'],
  writes: 'plain',
  run: (_values, tools) => (tools.switches.dryRun ? plan(tools) : create(tools)),
});

async function create(tools: Tools): Promise<object> {
  const { createDatabase } = await import('../../storage/create.js');
  const { openStorage } = await import('../../storage/open.js');
  const url = tools.settings.get('db');
  const { database, migrations } = await createDatabase(url);
  const domain = await closing(await openStorage(url), ({ meta }) => fixDomain(tools.settings, meta));
  return tools.changed(migrations.length, { database, domain, migrations });
}

async function plan(tools: Tools): Promise<object> {
  const storage = await openAsItIs(tools.settings.get('db'));
  const { pending, database } = await closing(storage, ({ schema }) => schema.status());
  return tools.changed(pending.length, { database, migrations: pending });
}

async function closing<T>(storage: Storage, work: (storage: Storage) => Promise<T>): Promise<T> {
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}
