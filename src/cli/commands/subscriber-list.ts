import { domainName } from '../../config/host.js';
import { defineCommand } from '../command.js';
import { optional } from '../spec.js';
import { SUBSCRIBER_COLUMNS, shownSubscriber } from '../subscribers.js';

export const subscriberList = defineCommand({
  name: 'subscriber list',
  summary: 'List all subscribers, or those of one domain',
  args: { ofDomain: optional(domainName) },
  columns: SUBSCRIBER_COLUMNS,
  examples: ['subscriber list', 'subscriber list example.org -o csv'],
  async run({ ofDomain }, tools) {
    const { subscribers } = await tools.storage();
    const rows = await subscribers.list(ofDomain === undefined ? {} : { domain: ofDomain });
    return rows.map(shownSubscriber);
  },
});
