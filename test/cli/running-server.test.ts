import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../src/control/methods.js';
import { type ControlServer, serveControl } from '../../src/control/server.js';
import { Failure } from '../../src/errors.js';
import { handlers } from '../control/support.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

let home: string;
let run: ReturnType<typeof cliIn>;
let server: ControlServer | undefined;

beforeEach(() => {
  home = temporaryFolder();
  run = cliIn(home);
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serving(some: Partial<Handlers>): Promise<void> {
  server = await serveControl(join(home, 'sock'), handlers(some));
}

/** Handlers that only write down that they were called. */
function recording(calls: unknown[]): Partial<Handlers> {
  return {
    'permissions.addressReload': () => {
      calls.push('addressReload');
      return { revision: 2, entries: 1, hosts: 1, subnets: 0, names: 0 };
    },
    'permissions.rulesReload': () => {
      calls.push('rulesReload');
      return { revision: 2, allow: 0, deny: 1 };
    },
    'subscriber.reload': ({ user }) => {
      calls.push(`subscriber.reload ${user}`);
      return { revision: 2, subscribers: 1 };
    },
  };
}

const PROBLEM = { source: 'rule 7', line: 1, column: 5, message: 'no colon', text: 'ALL ALL' };

const CONTACT = {
  Address: 'sip:1001@192.0.2.7:5060',
  Expires: 3600,
  Q: -1,
  'Call-ID': 'call',
  CSeq: 2,
  'User-Agent': 'phone',
  Received: '[not set]',
  Path: '[not set]',
  State: 'CS_SYNC',
  Flags: 0,
  CFlags: 0,
  Socket: 'udp:192.0.2.1:5060',
  Methods: 4294967295,
  Ruid: 'uloc-1',
  Instance: '[not set]',
  'Reg-Id': 0,
  'Server-Id': 0,
  'Tcpconn-Id': -1,
  Keepalive: 0,
  'Last-Keepalive': 0,
  'KA-Roundtrip': 0,
  'Last-Modified': 0,
};

describe('a write', () => {
  it('has the running server load exactly what changed', async () => {
    const calls: unknown[] = [];
    await serving(recording(calls));
    const added = await run(['add', '1001', 'pw']);
    expect(added.stderr).toContain('the running server has it now');
    await run(['address', 'add', '200', '10.0.0.1']);
    await run(['rules', 'add', 'deny', 'ALL : ALL']);
    await run(['passwd', '1001', 'new']);
    await run(['rules', 'rm', '1']);
    await run(['address', 'rm', '200', '10.0.0.1']);
    await run(['rm', '1001', '--yes']);
    expect(calls).toEqual([
      'subscriber.reload 1001@example.org',
      'addressReload',
      'rulesReload',
      'subscriber.reload 1001@example.org',
      'rulesReload',
      'addressReload',
      'subscriber.reload 1001@example.org',
    ]);
  });

  it('leaves the server alone with --no-reload, in a dry run, and when it failed', async () => {
    const calls: unknown[] = [];
    await serving(recording(calls));
    expect((await run(['add', '1001', 'pw', '--no-reload'])).stderr).toContain('--no-reload');
    await run(['address', 'add', '200', '10.0.0.1', '--dry-run']);
    expect((await run(['add', '1001', 'pw'])).status).toBe(5);
    expect(calls).toEqual([]);
  });

  it('that the server refuses stays written, and the message and status 7 say so', async () => {
    await serving({
      'permissions.rulesReload': () => {
        throw new Failure('CONFIG', 'the rules do not load', 'mend them', [PROBLEM]);
      },
    });
    const { status, stdout, stderr } = await run(['rules', 'add', 'deny', 'ALL : ALL']);
    expect({ status, stdout }).toEqual({ status: 7, stdout: '' });
    expect(stderr).toBe(
      'sipctl: the database has the change, and keeps it, but the running server does not: the rules do not load\n' +
        'rule 7:1:5: no colon\n  ALL ALL\n      ^\nhint: mend them\n',
    );
    expect(JSON.parse((await run(['rules', 'show', '--json'])).stdout)).toHaveLength(1);
  });
});

describe('a reload by hand', () => {
  it('answers with the new revision', async () => {
    await serving(recording([]));
    expect((await run(['address', 'reload'])).stdout).toBe('revision\tentries\thosts\tsubnets\tnames\n2\t1\t1\t0\t0\n');
    expect(JSON.parse((await run(['rules', 'reload', '--json'])).stdout)).toEqual({ revision: 2, allow: 0, deny: 1 });
  });

  it('that the server refuses is status 7, with every problem', async () => {
    await serving({
      'permissions.rulesReload': () => {
        throw new Failure('CONFIG', 'the rules do not load', undefined, [PROBLEM]);
      },
    });
    const { status, stderr } = await run(['rules', 'reload', '--json']);
    expect(status).toBe(7);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'UNREACHABLE', details: [PROBLEM] });
  });
});

describe('without a server', () => {
  it.each([
    ['uptime'],
    ['stats'],
    ['ping'],
    ['ul', 'show'],
    ['ul', 'rm', '1001'],
    ['rpc', 'core.uptime'],
    ['address', 'dump'],
    ['address', 'reload'],
    ['rules', 'reload'],
  ])('%s %s is status 7', async (...argv) => {
    expect(await run(argv)).toMatchObject({ status: 7, stdout: '' });
  });
});

describe('sipctl ul', () => {
  const lookup: Partial<Handlers> = {
    'ul.lookup': ({ aor }) => ({ AoR: aor, Contacts: [{ Contact: CONTACT }, { Contact: CONTACT }] }),
  };

  it('show USER has a row for each contact', async () => {
    await serving(lookup);
    expect(JSON.parse((await run(['ul', 'show', '1001', '--json'])).stdout)[0]).toEqual({
      aor: '1001@example.org',
      contact: CONTACT.Address,
      expires: 3600,
      q: -1,
      callid: 'call',
      cseq: 2,
      user_agent: 'phone',
      received: null,
      path: null,
      socket: 'udp:192.0.2.1:5060',
      ruid: 'uloc-1',
    });
  });

  it('show has all bindings, and with --brief the addresses of record', async () => {
    const domain = (AoRs: object[]) => ({
      Domains: [{ Domain: { Domain: 'location', Size: 1, AoRs, Stats: { Records: 1, 'Max-Slots': 1 } } }],
    });
    await serving({
      'ul.dump': ({ brief }) =>
        domain(
          brief === 'brief'
            ? [{ AoR: '1001@example.org' }]
            : [{ Info: { AoR: '1001@example.org', HashID: 1, Contacts: [{ Contact: CONTACT }] } }],
        ) as never,
    });
    expect((await run(['ul', 'show', '--brief'])).stdout).toBe('aor\n1001@example.org\n');
    expect(JSON.parse((await run(['usrloc', 'show', '--json'])).stdout)).toMatchObject([{ contact: CONTACT.Address }]);
  });

  it('show of a user who is not registered is what the server says', async () => {
    await serving({
      'ul.lookup': () => {
        throw new Failure('NOT_FOUND', 'AOR not found in location table');
      },
    });
    expect(await run(['ul', 'show', '1001'])).toMatchObject({
      status: 3,
      stderr: 'sipctl: AOR not found in location table\n',
    });
  });

  it('rm asks before it removes several bindings', async () => {
    const removed: string[] = [];
    await serving({
      ...lookup,
      'ul.rm': ({ aor }) => {
        removed.push(aor);
        return {};
      },
    });
    expect((await run(['ul', 'rm', '1001'])).status).toBe(2);
    expect((await run(['ul', 'rm', '1001', '--dry-run'])).status).toBe(0);
    expect(removed).toEqual([]);
    expect((await run(['ul', 'rm', '1001', '--yes'])).status).toBe(0);
    expect(removed).toEqual(['1001@example.org']);
  });

  it('rm of one contact removes that one', async () => {
    const removed: unknown[] = [];
    await serving({
      'ul.rm_contact': (params) => {
        removed.push(params);
        return {};
      },
    });
    expect((await run(['ul', 'rm', '1001', CONTACT.Address])).status).toBe(0);
    expect(removed).toEqual([{ table: 'location', aor: '1001@example.org', contact: CONTACT.Address }]);
  });
});

describe('sipctl address dump', () => {
  it('shows addresses and subnets alike', async () => {
    await serving({
      'permissions.addressDump': () => [
        { table: 1, group: 200, item: { ip: '10.0.0.1', port: 5060, tag: 'NULL' } },
        { table: 2, group: 200, item: { ip: '2001:db8::1', port: 0, tag: 'six' } },
      ],
      'permissions.subnetDump': () => [{ id: 0, group: 250, item: { ip: '10.1.0.0', mask: 16, port: 0, tag: '' } }],
    });
    expect((await run(['address', 'dump'])).stdout).toBe(
      'grp\tip_addr\tmask\tport\ttag\n200\t10.0.0.1\t32\t5060\t\n200\t2001:db8::1\t128\t0\tsix\n250\t10.1.0.0\t16\t0\t\n',
    );
  });
});

describe('sipctl rpc', () => {
  it('sends arguments as kamctl does, and prints the result as JSON', async () => {
    const names: unknown[] = [];
    await serving({
      'stats.fetch': (params) => {
        names.push(params.names);
        return { 'a.b': '1' };
      },
    });
    const { status, stdout } = await run(['rpc', 'stats.fetch', 's:100', 'plain', '+4912345', '007', '%s\\n"']);
    expect({ status, data: JSON.parse(stdout) }).toEqual({ status: 0, data: { 'a.b': '1' } });
    expect(names).toEqual([['100', 'plain', '+4912345', '007', '%s\\n"']]);
  });

  it('of a method that does not exist is status 2', async () => {
    await serving({});
    expect(await run(['rpc', 'core.nosuch'])).toMatchObject({
      status: 2,
      stderr: 'sipctl: Method Not Found\nhint: system.listMethods names them all\n',
    });
  });
});

describe('sipctl ping', () => {
  it('shows status and time, and its exit status tells', async () => {
    await serving({
      'sip.ping': ({ uri, timeout }) =>
        uri.includes('busy') ? { code: 486, text: 'Busy', ms: 2 } : { code: 200, text: `OK ${timeout}`, ms: 1 },
    });
    expect(await run(['ping', 'sip:1001@192.0.2.7', '--timeout', '5'])).toMatchObject({
      status: 0,
      stdout: 'uri\tcode\ttext\tms\nsip:1001@192.0.2.7\t200\tOK 5\t1\n',
    });
    const refused = await run(['ping', 'sip:busy@192.0.2.7', '--json']);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 486 });
    expect(JSON.parse(refused.stderr).error.message).toContain('486 Busy');
  });

  it('without a URI finds out whether the server runs', async () => {
    await serving({ 'core.uptime': () => ({ now: 'now', up_since: 'then', uptime: 5 }) });
    expect((await run(['ping'])).status).toBe(0);
    expect((await run(['uptime'])).stdout).toBe('now\tup_since\tuptime\nnow\tthen\t5\n');
  });
});

describe('sipctl stats', () => {
  it('shows all counters, those of a group, or one by its name', async () => {
    const asked: unknown[] = [];
    await serving({
      'stats.get_statistics': ({ names }) => {
        asked.push(names);
        return ['core:rcv_requests = 12', 'core:rcv_requests = 12'];
      },
    });
    expect((await run(['stats'])).stdout).toBe('group\tname\tvalue\ncore\trcv_requests\t12\n');
    await run(['stats', 'core', 'usrloc:location_users']);
    expect(asked).toEqual([['all'], ['core:', 'core', 'usrloc:location_users']]);
  });
});
