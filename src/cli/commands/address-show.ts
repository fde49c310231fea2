import { ADDRESS_COLUMNS } from '../addresses.js';
import { defineCommand } from '../command.js';
import { group } from '../kinds/address.js';
import { optional } from '../spec.js';

export const addressShow = defineCommand({
  name: 'address show',
  summary: 'Show the addresses in the database, all or those of one group',
  args: { group: optional(group) },
  columns: ADDRESS_COLUMNS,
  examples: ['address show', 'address show 200 --json'],
  async run({ group }, tools) {
    const { addresses } = await tools.storage();
    return addresses.list(group === undefined ? {} : { grp: group });
  },
});
