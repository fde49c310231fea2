import { defineCommand } from '../command.js';
import { flag } from '../spec.js';

export const configShow = defineCommand({
  name: 'config show',
  summary: 'Show every setting, passwords masked',
  args: {},
  options: { origin: flag('Say where each value comes from') },
  columns: ['key', 'value', 'origin'],
  examples: ['config show', 'config show --origin'],
  async run({ origin }, tools) {
    const entries = tools.settings.entries();
    return origin ? entries : entries.map(({ key, value }) => ({ key, value }));
  },
});
