import { VERSION } from '../../util/version.js';
import { defineCommand } from '../command.js';

export const version = defineCommand({
  name: 'version',
  summary: 'Show the versions of sipctl and Node.js',
  args: {},
  columns: ['sipctl', 'node'],
  examples: ['version', 'version --json'],
  async run() {
    return { sipctl: VERSION, node: process.versions.node };
  },
});
