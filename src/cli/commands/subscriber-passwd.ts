import { defineCommand } from '../command.js';
import { secret } from '../kinds/secret.js';
import { user } from '../kinds/user.js';
import { newPassword, passwordOptions } from '../password.js';
import { tellServer } from '../reload.js';
import { optional } from '../spec.js';
import { findSubscriber } from '../subscribers.js';

export const subscriberPasswd = defineCommand({
  name: 'subscriber passwd',
  aliases: ['passwd'],
  summary: 'Give a subscriber a new password',
  args: { user, password: optional(secret) },
  options: passwordOptions,
  columns: ['username', 'domain', 'written'],
  examples: ['passwd 1001 n3wsecret', 'passwd alice@example.org --password-stdin'],
  writes: 'live',
  async run(values, tools) {
    const password = await newPassword(values, tools);
    const { username, domain } = await findSubscriber(values.user, tools);
    const columns = await password.credentialsOf({ username, domain });
    const { subscribers } = await tools.storage();
    if (!tools.switches.dryRun) await subscribers.setCredentials(username, domain, columns);
    await tellServer(tools, 'subscriber.reload', { user: `${username}@${domain}` });
    return tools.changed(1, { username, domain, written: password.written });
  },
});
