import { resolve } from 'node:path';
import { defineCommand } from '../command.js';
import { path } from '../kinds/file.js';
import { readRuleFile, replaceFile } from '../rule-files.js';

export const routeInit = defineCommand({
  name: 'route init',
  summary: 'Write the built-in route to a file, to start a route of your own from',
  args: { file: path },
  columns: ['file'],
  examples: ['route init my-route.mjs'],
  writes: 'plain',
  async run(values, tools) {
    const { routeTemplate } = await import('../../server/route-file.js');
    const file = resolve(tools.world.cwd, values.file);
    const text = routeTemplate();
    const before = await readRuleFile(file);
    if (before === text) return tools.changed(0, { file });
    if (before !== undefined) await tools.confirm(`Overwrite ${file}?`);
    if (!tools.switches.dryRun) await replaceFile(file, text);
    return tools.changed(1, { file });
  },
});
