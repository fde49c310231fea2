import { resolve } from 'node:path';
import { Failure } from '../../errors.js';
import { defineCommand } from '../command.js';
import { path } from '../kinds/file.js';
import { optional } from '../spec.js';
import type { Tools } from '../tools.js';

export const routeShow = defineCommand({
  name: 'route show',
  summary: 'Show the steps of the route: of the running server, else of the settings; with FILE of that file',
  args: { file: optional(path) },
  columns: ['step', 'when', 'decided'],
  examples: ['route show', 'route show my-route.mjs'],
  async run({ file }, tools) {
    return file === undefined
      ? ((await inForce(tools)) ?? (await inFile(tools.settings.get('route'), tools)))
      : inFile(file, tools);
  },
});

/** The steps as the server has them; undefined when none is running. */
async function inForce(tools: Tools) {
  try {
    const server = await tools.server();
    const { file, steps } = await server.call('core.route', {});
    tools.note(`the route of the running server: ${file ?? 'the built-in one'}`);
    return steps;
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNREACHABLE') return undefined;
    throw error;
  }
}

/** The steps of a file, or of the built-in route: nothing has been decided by them yet. */
async function inFile(file: string | undefined, tools: Tools) {
  const { listRoute, loadRoute } = await import('../../server/route-file.js');
  const route = await loadRoute(file === undefined ? undefined : resolve(tools.world.cwd, file));
  const steps = listRoute(route).map(({ step, when }) => ({ step, when, decided: null }));
  tools.note(`not running: ${route.file ?? 'the built-in route'}`);
  return steps;
}
