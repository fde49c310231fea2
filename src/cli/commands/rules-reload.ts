import { defineCommand } from '../command.js';
import { refusedIsUnreachable } from '../reload.js';

export const rulesReload = defineCommand({
  name: 'rules reload',
  summary: 'Make the running server load the rules again',
  args: {},
  columns: ['revision', 'allow', 'deny'],
  examples: ['rules reload'],
  async run(_values, tools) {
    const server = await tools.server();
    return refusedIsUnreachable(server.call('permissions.rulesReload', {}));
  },
});
