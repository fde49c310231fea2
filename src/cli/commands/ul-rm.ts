import { bindingsOf } from '../bindings.js';
import { defineCommand } from '../command.js';
import { sipUri } from '../kinds/uri.js';
import { user } from '../kinds/user.js';
import { optional } from '../spec.js';
import type { Account, Tools } from '../tools.js';

export const ulRm = defineCommand({
  name: 'ul rm',
  summary: 'Remove the bindings of a user from the running server, or one of them',
  args: { user, contact: optional(sipUri) },
  columns: ['aor', 'contacts'],
  examples: ['ul rm 1001 --yes', 'ul rm 1001 sip:1001@192.0.2.7:5060'],
  writes: 'plain',
  async run(values, tools) {
    const account = await tools.account(values.user);
    return values.contact === undefined ? removeAll(account, tools) : removeOne(account, values.contact, tools);
  },
});

async function removeAll({ username, domain }: Account, tools: Tools): Promise<object> {
  const server = await tools.server();
  const aor = `${username}@${domain}`;
  const bindings = bindingsOf(await server.call('ul.lookup', { table: 'location', aor }));
  if (bindings.length > 1) await tools.confirm(`Remove all ${bindings.length} bindings of ${aor}?`);
  if (!tools.switches.dryRun) await server.call('ul.rm', { table: 'location', aor });
  return tools.changed(bindings.length, { aor, contacts: bindings });
}

async function removeOne({ username, domain }: Account, contact: string, tools: Tools): Promise<object> {
  const server = await tools.server();
  const aor = `${username}@${domain}`;
  if (!tools.switches.dryRun) await server.call('ul.rm_contact', { table: 'location', aor, contact });
  return tools.changed(1, { aor, contacts: [contact] });
}
