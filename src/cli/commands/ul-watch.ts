import { defineCommand } from '../command.js';
import { stopSignal } from '../foreground.js';

/** Seconds that the server holds one question back when nothing happens. */
const WAIT = 30;

export const ulWatch = defineCommand({
  name: 'ul watch',
  summary: 'Print a line for each registration that the running server takes, ends or refuses, until interrupted',
  args: {},
  columns: ['time', 'event', 'aor', 'contact', 'expires', 'received', 'user_agent', 'reason'],
  examples: ['ul watch', 'ul watch --json'],
  foreground: true,
  async run(_values, tools) {
    const stopped = stopSignal(tools);
    const server = await tools.server((WAIT + 10) * 1000);
    let { last } = await server.call('registrar.events', {});
    for (;;) {
      const answer = await Promise.race([server.call('registrar.events', { since: last, wait: WAIT }), stopped]);
      if (answer === undefined) return;
      for (const event of answer.events) if (!(await tools.output.line(event, ulWatch.columns))) return;
      last = answer.last;
    }
  },
});
