import type { RunningServer } from '../../server/serve.js';
import { defineCommand } from '../command.js';
import { startServer, untilStopped } from '../foreground.js';
import { phoneServer } from '../quickstart/phone.js';
import type { Seeded } from '../quickstart/seed.js';
import type { Tools } from '../tools.js';

const COLUMNS = ['user', 'password', 'domain', 'server', 'port', 'transport'];

export const quickstart = defineCommand({
  name: 'quickstart',
  summary: 'From nothing to a call: make a database, two subscribers, an address and some rules, and serve',
  args: {},
  columns: COLUMNS,
  examples: ['quickstart', 'quickstart --listen udp:0.0.0.0:5070,tcp:0.0.0.0:5070'],
  writes: 'plain',
  foreground: true,
  async run(_values, tools) {
    if (tools.switches.dryRun) return fill(tools, await tools.domain());
    // The server first: when its port is taken, no password is made that would be shown to nobody.
    const server = await startServer(tools);
    const phones = await stopOnError(prepare(server, tools), server);
    await tools.output.data(phones, COLUMNS);
    tools.note('type that into two phones and call one from the other; Ctrl-C ends the server');
    await untilStopped(server, tools);
    return undefined;
  },
});

/** Fills the database, has the server load it, and answers what to type into each phone. */
async function prepare(server: RunningServer, tools: Tools): Promise<object[]> {
  const phones = await fill(tools, server.domain);
  await server.reload();
  const place = phoneServer(server.listening);
  return phones.map((phone) => ({ ...phone, ...place }));
}

async function stopOnError<T>(work: Promise<T>, server: RunningServer): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function fill(tools: Tools, domain: string): Promise<object[]> {
  const { seed } = await import('../quickstart/seed.js');
  const group = tools.settings.get('auth.trusted-group');
  const seeded = await seed(await tools.storage(), domain, group, tools.switches.dryRun);
  explain(seeded, tools);
  return seeded.users.map(({ username, password }) => ({ user: username, password, domain }));
}

function explain({ madeUsers, users, addresses, rules }: Seeded, tools: Tools): void {
  const [first] = users;
  if (madeUsers) tools.note('two new subscribers; their passwords are shown this once, the database has only hashes');
  else tools.note(`there are subscribers already; a new password for one: sipctl passwd ${first?.username ?? 'USER'}`);
  if (addresses > 0) tools.note('an example of a trusted address: sipctl address show');
  if (rules > 0) tools.note('a few rules about who may call what: sipctl rules show');
}
