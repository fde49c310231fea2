import { nonEmpty } from '../../config/kind.js';
import { defineCommand } from '../command.js';
import { rpcArgument } from '../kinds/rpc.js';
import { many } from '../spec.js';

/** The longest that a method may take (sip.ping), and some more. Milliseconds. */
const TIMEOUT = 65_000;

export const rpc = defineCommand({
  name: 'rpc',
  summary: 'Call a method of the running server and print its JSON result',
  args: { method: nonEmpty('method'), args: many(rpcArgument) },
  examples: ['rpc core.uptime', 'rpc ul.lookup location 1001@example.org', 'rpc subscriber.reload s:1001'],
  async run({ method, args }, tools) {
    const server = await tools.server(TIMEOUT);
    return server.callAny(method, args);
  },
});
