import { defineCommand } from '../command.js';

export const uptime = defineCommand({
  name: 'uptime',
  summary: 'Show since when the server runs, in seconds too',
  args: {},
  columns: ['now', 'up_since', 'uptime'],
  examples: ['uptime'],
  async run(_values, tools) {
    const server = await tools.server();
    return server.call('core.uptime', {});
  },
});
