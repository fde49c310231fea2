import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availableEngines, type DatabaseServer } from '../support/databases.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

/** What is typed, in order, with the exit status; each works on what those before it made. */
const COMMANDS: readonly [status: number, ...argv: string[]][] = [
  [0, 'db', 'create'],
  [0, 'db', 'create'],
  [0, 'add', 'alice', 'a good password'],
  [5, 'add', 'alice', 'another password'],
  [2, 'add', "x' or '1'='1", 'a good password'],
  [0, 'add', 'Alice', 'upper case is somebody else'],
  [0, 'add', 'bob@example.net', 'gr\u00fc\u00df "quoted" \\ \u{1f600}', '--plaintext'],
  [0, 'show', 'sip:alice@example.org'],
  [3, 'show', 'nobody'],
  [0, 'subscriber', 'list'],
  [0, 'passwd', 'alice', 'a new password'],
  [3, 'passwd', 'nobody', 'a new password'],
  [0, 'address', 'add', '200', '10.0.1.102', '32', '5060', 'Carrier IP address'],
  [5, 'address', 'add', '200', '10.0.1.102', '32', '5060'],
  [0, 'address', 'add', '200', '2001:db8::1'],
  [2, 'address', 'add', '200', '10.0.1.0', '33'],
  [0, 'address', 'show'],
  [0, 'address', 'rm', '200', '10.0.1.102', '--yes'],
  [3, 'address', 'rm', '200', '10.0.1.102', '--yes'],
  [0, 'rules', 'upload', '--yes'],
  [0, 'rules', 'add', 'deny', 'ALL : "^sip:\\\\+900"', '--note', 'premium'],
  [2, 'rules', 'add', 'deny', 'ALL : "("'],
  [0, 'rules', 'show'],
  [0, 'rules', 'check'],
  [0, 'rules', 'rm', '1', '--yes'],
  [3, 'rules', 'rm', '1', '--yes'],
  [0, 'rules', 'download', '--yes'],
  [0, 'rm', 'alice', '--yes'],
  [3, 'rm', 'alice', '--yes'],
];

/** Runs all commands on one database; answers what each printed, without times. */
async function transcript(url: string): Promise<string[]> {
  const home = temporaryFolder();
  writeFileSync(join(home, 'rules.allow'), '"^sip:1" : ALL # internal\n');
  writeFileSync(join(home, 'rules.deny'), 'ALL : ALL EXCEPT "^sip:2"\n');
  const cli = cliIn(home);
  const lines: string[] = [];
  for (const [status, ...argv] of COMMANDS) {
    const done = await cli([...argv, '--json'], { env: { SIPCTL_DB: url } });
    expect([argv.join(' '), done.status, done.stderr]).toEqual([argv.join(' '), status, done.stderr]);
    lines.push(`${argv.join(' ')}\n${comparable(`${done.stdout}${done.stderr}`, home)}`);
  }
  // db create names the engine and the database, which do differ.
  return lines.slice(2);
}

/** Without what may differ: times, places, and ids, of which a failed insertion uses one up on the servers. */
function comparable(text: string, home: string): string {
  return text
    .replaceAll(home, 'HOME')
    .replaceAll(/"source": ".*"/g, '"source": "DATABASE"')
    .replaceAll(/"id": \d+/g, '"id": ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}

const [embedded, ...servers] = availableEngines();

describe.each(servers)('the command line on $engine', ({ start }) => {
  let database: DatabaseServer;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.stop());

  it('prints the same, and ends with the same status, as on SQLite', async () => {
    const sqlite = await embedded?.start();
    expect(await transcript(database.newUrl())).toEqual(await transcript(sqlite?.newUrl() ?? ''));
  });
});
