import { defineCommand } from '../command.js';
import { user } from '../kinds/user.js';
import { findSubscriber, SUBSCRIBER_COLUMNS, shownSubscriber } from '../subscribers.js';

export const subscriberShow = defineCommand({
  name: 'subscriber show',
  aliases: ['show'],
  summary: 'Show a subscriber, which columns hold its password, and for which digest algorithms',
  args: { user },
  columns: SUBSCRIBER_COLUMNS,
  examples: ['show 1001', 'show alice@example.org --json'],
  async run(values, tools) {
    return shownSubscriber(await findSubscriber(values.user, tools));
  },
});
