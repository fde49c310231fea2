import { Failure, messageOf } from '../../errors.js';
import type { SchemaStatus } from '../../storage/storage.js';
import { defineCommand, Report } from '../command.js';

export const dbStatus = defineCommand({
  name: 'db status',
  summary: 'Show the database, the versions of its tables, and what is missing',
  args: {},
  columns: ['engine', 'database', 'applied', 'pending', 'versions'],
  examples: ['db status', 'db status --db postgres://kamailio:secret@localhost/kamailio --json'],
  async run(_values, tools) {
    const { openStorage } = await import('../../storage/open.js');
    const storage = await openStorage(tools.settings.get('db'));
    try {
      const status = await storage.schema.status();
      return new Report(status, await fault(status, () => storage.schema.demandCurrent()));
    } finally {
      await storage.close();
    }
  },
});

/** The status is shown also when the database can not be used, and the exit status tells. */
async function fault(status: SchemaStatus, demand: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await demand();
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error : new Failure('DATABASE', `${status.database}: ${messageOf(error)}`);
  }
}
