import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/storage/create.js';
import { openDatabase, openStorage } from '../../src/storage/open.js';
import type { LocationRow } from '../../src/storage/rows.js';
import type { Engine, Storage } from '../../src/storage/storage.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';
import { cliIn } from '../cli/support/world.js';
import { Child } from '../support/child.js';
import { availableEngines } from '../support/databases.js';
import { digestAnswer } from '../support/digest-answer.js';
import { commandPath, havePeers } from '../support/peers.mjs';
import { freePort } from '../support/ports.js';
import { temporaryFolder } from '../support/temp.js';
import { until } from '../support/until.js';

const CONFIG = fileURLToPath(new URL('../support/kamailio-auth.cfg', import.meta.url));
const PEER: Record<Engine, { module: string; package: string }> = {
  sqlite: { module: 'db_sqlite.so', package: 'kamailio-sqlite-modules' },
  mysql: { module: 'db_mysql.so', package: 'kamailio-mysql-modules' },
  postgres: { module: 'db_postgres.so', package: 'kamailio-postgres-modules' },
};
const DOMAIN = 'kamailio.test';
const PASSWORD = 'correct horse';
const HOUR = 3_600_000;

const engines = availableEngines().filter(({ engine }) => havePeers('kamailio', PEER[engine].package));
if (engines.length === 0) console.warn('skipped, because kamailio is not installed: Kamailio on our databases');

/** Kamailio's spelling of the URL: nothing in it is escaped. */
function kamailioUrl(url: string): string {
  return url.startsWith('sqlite:') ? url.replace('sqlite:', 'sqlite:///') : decodeURIComponent(url);
}

function startKamailio(engine: Engine, url: string, port: number): Child {
  const folder = temporaryFolder();
  const definitions = [
    `DBURL="${kamailioUrl(url)}"`,
    `DBMODULE="${PEER[engine].module}"`,
    `LISTEN=udp:127.0.0.1:${port}`,
  ].flatMap((definition) => ['-A', definition]);
  const places = ['-f', CONFIG, '-w', folder, '-Y', folder, '-P', `${folder}/pid`];
  return new Child(commandPath('kamailio') ?? 'kamailio', [...places, '-DD', '-m', '32', '-M', '8', ...definitions]);
}

/** One UDP socket, one request at a time. */
class Caller {
  readonly #socket: Socket = createSocket('udp4');
  readonly #server: number;
  #sent = 0;

  constructor(server: number) {
    this.#server = server;
  }

  async open(): Promise<void> {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
  }

  close(): void {
    this.#socket.close();
  }

  /** The final response; undefined when none came within the time. */
  async ask(method: string, user: string, headers: string[] = [], time = 10_000): Promise<string | undefined> {
    this.#sent += 1;
    const cseq = `CSeq: ${this.#sent} ${method}`;
    const { port } = this.#socket.address();
    // With a To tag: an empty column to_tag is NULL to Kamailio's db_sqlite, and its own table acc refuses that.
    const [uri, tag] = method === 'REGISTER' ? [`sip:${DOMAIN}`, ''] : [`sip:${user}@${DOMAIN}`, ';tag=2'];
    const text = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${this.#sent}`,
      `From: <sip:${user}@${DOMAIN}>;tag=1`,
      `To: <sip:${user}@${DOMAIN}>${tag}`,
      `Call-ID: ${user}@127.0.0.1`,
      cseq,
      'Max-Forwards: 70',
      ...headers,
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    this.#socket.send(text, this.#server, '127.0.0.1');
    const signal = AbortSignal.timeout(time);
    try {
      for (;;) {
        const [data] = await once(this.#socket, 'message', { signal });
        if (String(data).includes(cseq)) return String(data);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** The answer to a REGISTER that answers the challenge with this password. */
  async register(user: string, password: string): Promise<string | undefined> {
    const { port } = this.#socket.address();
    const contact = [`Contact: <sip:${user}@127.0.0.1:${port}>`, 'Expires: 1800'];
    const challenge = header(await this.ask('REGISTER', user, contact), 'WWW-Authenticate') ?? '';
    const question = { challenge, method: 'REGISTER', uri: `sip:${DOMAIN}`, user, password };
    return this.ask('REGISTER', user, [...contact, `Authorization: ${digestAnswer(question)}`]);
  }
}

function status(response: string | undefined): number {
  return Number(response?.split(' ', 2)[1]);
}

function header(response: string | undefined, name: string): string | undefined {
  const line = response?.split('\r\n').find((text) => text.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}

const binding: LocationRow = {
  ruid: 'uloc-1-1-1',
  username: 'bound',
  domain: DOMAIN,
  contact: 'sip:bound@192.0.2.7:5060',
  received: null,
  path: null,
  expires: new Date(Date.now() + HOUR),
  q: -1,
  callid: 'call@192.0.2.7',
  cseq: 4_000_000_000,
  last_modified: new Date(),
  flags: 0,
  cflags: 0,
  user_agent: 'phone',
  socket: null,
  methods: null,
  instance: null,
  reg_id: 0,
  server_id: 0,
  connection_id: -1,
  keepalive: 0,
  partition: 0,
};

describe.each(engines)('a real Kamailio on a database made here, $engine', ({ engine, start }) => {
  // Kamailio keeps local time on servers: an error of zone would not show in UTC.
  const zone = process.env.TZ;
  let url: string;
  let storage: Storage;
  let kamailio: Child;
  let caller: Caller;

  beforeAll(async () => {
    process.env.TZ = 'Asia/Kolkata';
    url = (await start()).newUrl();
    await createDatabase(url);
    storage = await openStorage(url, { create: true });
    await fill();
    const port = await freePort();
    kamailio = startKamailio(engine, url, port);
    caller = new Caller(port);
    await caller.open();
    await until('Kamailio to answer', async () => {
      if (kamailio.hasEnded) throw new Error(`Kamailio ended at once:\n${kamailio.stderr}`);
      return caller.ask('OPTIONS', 'nobody', [], 200);
    });
  });

  afterAll(async () => {
    caller.close();
    await kamailio.end('SIGTERM');
    await storage.close();
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  async function fill(): Promise<void> {
    const environment = { SIPCTL_DB: url, SIPCTL_DOMAIN: DOMAIN };
    const added = await cliIn(temporaryFolder())(['add', 'alice', PASSWORD], { env: environment });
    expect([added.status, added.stderr]).toEqual([0, 'note: no server is running, so none had to be told\n']);
    await storage.addresses.add({ grp: 200, ip_addr: '127.0.0.1', mask: 32, port: 0, tag: null });
    const expired = { ...binding, ruid: 'uloc-1-1-2', username: 'gone', expires: new Date(Date.now() - HOUR) };
    const permanent = { ...binding, ruid: 'uloc-1-1-3', username: 'permanent', expires: null };
    await storage.locations.apply({ upserts: [binding, expired, permanent], deletes: [] });
    const db = await openDatabase(parseDatabaseUrl(url));
    await db.knex('domain').insert({ domain: DOMAIN });
    await db.knex('grp').insert({ username: 'alice', domain: DOMAIN, grp: 'local' });
    const alias = { alias_username: '100', alias_domain: DOMAIN, username: 'alice', domain: DOMAIN };
    await db.knex('dbaliases').insert(alias);
    await db.close();
  }

  it('lets a subscriber register by the stored HA1, and we read the binding that it saved', async () => {
    expect(status(await caller.register('alice', PASSWORD))).toBe(200);
    const [saved, ...more] = await storage.locations.list({ username: 'alice', domain: DOMAIN });
    expect(more).toEqual([]);
    expect(saved).toMatchObject({ callid: 'alice@127.0.0.1', methods: null, q: -1, reg_id: 0, received: null });
    const lifetime = Number(saved?.expires) - Date.now();
    expect(lifetime).toBeGreaterThan(0);
    expect(lifetime).toBeLessThanOrEqual(1_801_000);
    expect(Math.abs(Number(saved?.last_modified) - Date.now())).toBeLessThan(HOUR / 2);
  });

  it('refuses a wrong password and an unknown user', async () => {
    expect(status(await caller.register('alice', 'wrong'))).toBe(401);
    expect(status(await caller.register('nobody', PASSWORD))).toBe(401);
  });

  it('finds the bindings that we wrote, the permanent one too, and not the one that expired', async () => {
    expect(header(await caller.ask('OPTIONS', 'bound'), 'X-Contact')).toBe(binding.contact);
    expect(header(await caller.ask('OPTIONS', 'permanent'), 'X-Contact')).toBe(binding.contact);
    expect(header(await caller.ask('OPTIONS', 'gone'), 'X-Contact')).toBeUndefined();
  });

  it('reads address, domain, grp and dbaliases', async () => {
    const alice = await caller.ask('OPTIONS', 'alice');
    expect(header(alice, 'X-Address')).toBe('yes');
    expect(header(alice, 'X-Domain')).toBe('yes');
    expect(header(alice, 'X-Group')).toBe('yes');
    const alias = await caller.ask('OPTIONS', '100');
    expect(header(alias, 'X-Group')).toBeUndefined();
    expect(header(alias, 'X-Alias')).toBe(`sip:alice@${DOMAIN}`);
  });

  it('writes its accounting, and has nothing to complain of', async () => {
    await caller.ask('OPTIONS', 'counted');
    const db = await openDatabase(parseDatabaseUrl(url));
    const rows = await db.knex('acc').where('callid', 'counted@127.0.0.1');
    await db.close();
    expect(rows).toMatchObject([{ method: 'OPTIONS', sip_code: '200', sip_reason: 'OK' }]);
    expect(kamailio.stderr).not.toMatch(/ERROR|CRITICAL/);
  });
});
