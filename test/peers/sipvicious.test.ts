import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Cast, passwordOf, withCast } from '../support/cast.js';
import { Child } from '../support/child.js';
import { Disguise } from '../support/disguise.js';
import { havePeers } from '../support/peers.mjs';
import { freePort } from '../support/ports.js';
import { DOMAIN, TestServer } from '../support/server.js';
import { temporaryFolder } from '../support/temp.js';

const USER = 'u1';
const UNKNOWN = 'nobody';
const NOTHING = /found nothing/;
/** A row of its tables, whose first column is what it has found. */
const rowOf = (found: string) => new RegExp(String.raw`^\| ${found} +\|`, 'm');

let server: TestServer;
const disguises: Disguise[] = [];

/** A port of the server's at which sipvicious is taken for a telephone. */
async function disguised(): Promise<number> {
  const disguise = await Disguise.open(server, 'Telephone 1.0');
  disguises.push(disguise);
  return disguise.port;
}

/** Runs one of its programs on one port of the server's address; answers all that it printed. */
async function run(program: string, port: number, ...args: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  const from = ['-b', server.host, '-P', String(await freePort([server.host]))];
  const child = new Child(program, [...from, '-p', String(port), ...args, server.host], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
  });
  await child.ended;
  return child.stdout + child.stderr;
}

/** A file of names or passwords to try. */
function dictionary(...words: readonly string[]): string {
  const path = join(temporaryFolder(), 'words');
  writeFileSync(path, `${words.join('\n')}\n`);
  return path;
}

function svwar(port: number, method: string, ...args: readonly string[]): Promise<string> {
  return run('svwar', port, '-m', method, '--domain', DOMAIN, '-d', dictionary(USER, 'u2', UNKNOWN), ...args);
}

function svcrack(port: number, user: string, ...passwords: readonly string[]): Promise<string> {
  return run('svcrack', port, '-u', user, '--maximumtime', '1', '--domain', DOMAIN, '-d', dictionary(...passwords));
}

describe.skipIf(!havePeers('sipvicious'))('sipvicious', () => {
  beforeAll(async () => {
    server = await TestServer.start({ prepare: withCast });
  });

  afterEach(async () => {
    for (const disguise of disguises.splice(0)) disguise.close();
    // Whatever it has tried, the server serves.
    const cast = new Cast(server);
    const phone = await cast.phone({ user: 'u80' });
    expect((await phone.register()).status).toBe(200);
  });

  describe('under its own name', () => {
    it('svmap finds no server', async () => {
      expect(await run('svmap', server.port)).toMatch(NOTHING);
    });

    it.each(['REGISTER', 'OPTIONS', 'INVITE'])('svwar gets no answer with %s', async (method) => {
      const output = await svwar(server.port, method, '--force');
      expect(output).toMatch(/timed out/);
      expect(output).toMatch(NOTHING);
    });

    it('svcrack finds no password, though it tries the right one', async () => {
      expect(await svcrack(server.port, USER, 'wrong', passwordOf(USER))).toMatch(NOTHING);
    });
  });

  describe('under another name', () => {
    it('svmap finds the server, and not what runs there', async () => {
      const port = await disguised();
      const found = new RegExp(String.raw`\| ${server.host}:${port} \| unknown +\|`);
      expect(await run('svmap', port)).toMatch(found);
    });

    it.each(['REGISTER', 'OPTIONS', 'INVITE'])('svwar can not tell a user from nobody with %s', async (method) => {
      const scans = [svwar(await disguised(), method), svwar(await disguised(), method, '--force')];
      const [cautious = '', forced = ''] = await Promise.all(scans);
      expect(cautious).toMatch(/authentication request for an unknown extension/);
      expect(cautious).toMatch(NOTHING);
      expect(forced).toMatch(/SIP\/2\.0 40[17] /);
      expect(forced).toMatch(NOTHING);
      for (const user of [USER, 'u2', UNKNOWN]) expect(forced).not.toMatch(rowOf(user));
    });

    it('svcrack finds only the right password', async () => {
      const [right, wrong, unknown] = await Promise.all([
        svcrack(await disguised(), USER, 'wrong', passwordOf(USER)),
        svcrack(await disguised(), 'u2', 'wrong', passwordOf(USER), 'u2'),
        svcrack(await disguised(), UNKNOWN, passwordOf(USER), UNKNOWN),
      ]);
      expect(right).toMatch(rowOf(USER));
      expect(wrong).toMatch(NOTHING);
      expect(unknown).toMatch(NOTHING);
    });
  });
});
