import { Failure } from '../../errors.js';
import { BINDING_COLUMNS, bindingsOf, bindingsOfDump } from '../bindings.js';
import { defineCommand } from '../command.js';
import { user } from '../kinds/user.js';
import { flag, optional } from '../spec.js';

export const ulShow = defineCommand({
  name: 'ul show',
  summary: 'Show the bindings that the running server holds, all or those of one user',
  args: { user: optional(user) },
  options: { brief: flag('Show the addresses of record only') },
  columns: BINDING_COLUMNS,
  examples: ['ul show', 'ul show --brief', 'ul show 1001'],
  async run({ user, brief }, tools) {
    if (user !== undefined && brief) throw new Failure('USAGE', 'ul show takes a user or --brief, not both');
    const account = user && (await tools.account(user));
    const server = await tools.server();
    if (account === undefined) return bindingsOfDump(await server.call('ul.dump', brief ? { brief: 'brief' } : {}));
    const aor = `${account.username}@${account.domain}`;
    return bindingsOf(await server.call('ul.lookup', { table: 'location', aor }));
  },
});
