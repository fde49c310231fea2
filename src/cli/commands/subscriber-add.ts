import { Failure } from '../../errors.js';
import type { NewSubscriber } from '../../storage/storage.js';
import { defineCommand } from '../command.js';
import { secret } from '../kinds/secret.js';
import { user } from '../kinds/user.js';
import { newPassword, passwordOptions } from '../password.js';
import { tellServer } from '../reload.js';
import { optional } from '../spec.js';
import type { Tools } from '../tools.js';

export const subscriberAdd = defineCommand({
  name: 'subscriber add',
  aliases: ['add'],
  summary: 'Add a subscriber; only hashes of the password are kept unless asked otherwise',
  args: { user, password: optional(secret) },
  options: passwordOptions,
  columns: ['username', 'domain', 'written'],
  examples: ['add 1001 s3cret', 'add alice@example.org --password-stdin', 'subscriber add sip:alice@example.org'],
  writes: 'live',
  async run(values, tools) {
    const password = await newPassword(values, tools);
    const account = await tools.account(values.user);
    const columns = await password.credentialsOf(account);
    await add({ ...account, ...columns }, tools);
    await tellServer(tools, 'subscriber.reload', { user: `${account.username}@${account.domain}` });
    return tools.changed(1, { ...account, written: password.written });
  },
});

async function add(row: NewSubscriber, tools: Tools): Promise<void> {
  const { subscribers } = await tools.storage();
  if (!tools.switches.dryRun) await subscribers.add(row);
  else if ((await subscribers.find(row.username, row.domain)) !== undefined) {
    throw new Failure('CONFLICT', `subscriber ${row.username}@${row.domain} exists already`);
  }
}
