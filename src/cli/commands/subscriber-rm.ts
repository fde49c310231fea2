import { defineCommand } from '../command.js';
import { user } from '../kinds/user.js';
import { tellServer } from '../reload.js';
import { findSubscriber } from '../subscribers.js';

export const subscriberRm = defineCommand({
  name: 'subscriber rm',
  aliases: ['rm'],
  summary: 'Remove a subscriber, its rows in every table, and its bindings on the running server',
  args: { user },
  columns: ['username', 'domain', 'removed'],
  examples: ['rm 1001 --yes', 'rm alice@example.org --dry-run'],
  writes: 'live',
  async run(values, tools) {
    const { username, domain } = await findSubscriber(values.user, tools);
    const aor = `${username}@${domain}`;
    const { subscribers } = await tools.storage();
    const counted = await subscribers.countRows(username, domain);
    await tools.confirm(`Remove ${aor} (${describe(counted)})?`);
    const removed = tools.switches.dryRun ? counted : await subscribers.remove(username, domain);
    // The server forgets the bindings of a user who is gone.
    await tellServer(tools, 'subscriber.reload', { user: aor });
    return tools.changed(total(removed), { username, domain, removed });
  },
});

function describe(counted: Readonly<Record<string, number>>): string {
  return Object.entries(counted)
    .map(([table, rows]) => `${table}: ${rows}`)
    .join(', ');
}

function total(counted: Readonly<Record<string, number>>): number {
  return Object.values(counted).reduce((sum, rows) => sum + rows, 0);
}
