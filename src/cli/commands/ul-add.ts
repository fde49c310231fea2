import { integer, textUpTo } from '../../config/kind.js';
import { defineCommand } from '../command.js';
import { sipUri } from '../kinds/uri.js';
import { user } from '../kinds/user.js';
import { optional } from '../spec.js';

const seconds = integer(0, 2_147_483_647, 'seconds');

export const ulAdd = defineCommand({
  name: 'ul add',
  summary: 'Add a binding of a user to the running server, for good or for some seconds',
  args: { user, contact: sipUri, expires: optional(seconds), path: optional(textUpTo(512, 'path')) },
  columns: ['aor', 'contact', 'expires'],
  examples: ['ul add 1001 sip:1001@192.0.2.7:5060', 'ul add 1001 sip:1001@10.0.0.7 3600 "<sip:edge.example.org;lr>"'],
  writes: 'plain',
  async run({ user, contact, expires = 0, path }, tools) {
    const { username, domain } = await tools.account(user);
    const aor = `${username}@${domain}`;
    const server = await tools.server();
    if (!tools.switches.dryRun) await server.call('ul.add', { table: 'location', aor, contact, expires, path });
    return tools.changed(1, { aor, contact, expires: expires === 0 ? 'permanent' : expires });
  },
});
