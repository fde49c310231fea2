import { integer } from '../../config/kind.js';
import { Failure } from '../../errors.js';
import { defineCommand, Report } from '../command.js';
import { sipUri } from '../kinds/uri.js';
import { option, optional } from '../spec.js';

const DEFAULT_TIMEOUT = 32;

export const ping = defineCommand({
  name: 'ping',
  summary: 'Let the running server send OPTIONS to a URI, or find out whether it runs itself',
  args: { uri: optional(sipUri) },
  options: { timeout: option(integer(1, 60, 'seconds'), `How long to wait (default ${DEFAULT_TIMEOUT})`) },
  columns: ['uri', 'code', 'text', 'ms'],
  examples: ['ping', 'ping sip:1001@192.0.2.7:5060', 'ping sip:example.org --timeout 5'],
  async run({ uri, timeout = DEFAULT_TIMEOUT }, tools) {
    // The server's own limit comes first, so that its answer is not lost to ours.
    const server = await tools.server((timeout + 5) * 1000);
    if (uri === undefined) return pingServer(() => server.call('core.uptime', {}), tools.settings.get('socket'));
    const answer = await server.call('sip.ping', { uri, timeout });
    const failure = new Failure('FAILED', `${uri} answered ${answer.code} ${answer.text}`);
    return new Report({ uri, ...answer }, answer.code < 300 ? undefined : failure);
  },
});

async function pingServer(call: () => Promise<unknown>, socket: string): Promise<object> {
  const start = performance.now();
  await call();
  return { uri: socket, code: 200, text: 'OK', ms: Math.round(performance.now() - start) };
}
