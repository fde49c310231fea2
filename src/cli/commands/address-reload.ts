import { defineCommand } from '../command.js';
import { refusedIsUnreachable } from '../reload.js';

export const addressReload = defineCommand({
  name: 'address reload',
  summary: 'Make the running server load the address table again',
  args: {},
  columns: ['revision', 'entries', 'hosts', 'subnets', 'names'],
  examples: ['address reload'],
  async run(_values, tools) {
    const server = await tools.server();
    return refusedIsUnreachable(server.call('permissions.addressReload', {}));
  },
});
