import { defineCommand } from '../command.js';
import { startServer, untilStopped } from '../foreground.js';

export const serve = defineCommand({
  name: 'serve',
  summary: 'Run the registrar and proxy in the foreground, until SIGINT or SIGTERM; SIGHUP loads its tables again',
  args: {},
  columns: [],
  examples: [
    'serve',
    'serve --route my-route.mjs',
    'serve --listen udp:192.0.2.1:5060,tcp:192.0.2.1:5060 --domain example.org',
  ],
  foreground: true,
  async run(_values, tools) {
    await untilStopped(await startServer(tools), tools);
  },
});
