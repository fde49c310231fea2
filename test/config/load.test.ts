import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, type SettingSources } from '../../src/config/load.js';
import { Failure } from '../../src/errors.js';
import { temporaryFolder } from '../support/temp.js';

let home: string;
let cwd: string;

beforeEach(() => {
  home = temporaryFolder();
  cwd = join(home, 'work');
  mkdirSync(cwd);
});

function load(from: Partial<SettingSources> = {}) {
  return loadSettings({ flags: {}, env: {}, cwd, home, root: false, kamctlrc: write('empty', ''), ...from });
}

function write(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the precedence of settings', () => {
  it("is flag, variable, ./sipctl.toml, the user's sipctl.toml, kamctlrc, default", () => {
    const kamctlrc = write('rc', 'SIP_DOMAIN=rc.example');
    const env = { SIPCTL_DOMAIN: 'env.example' };
    expect(load().get('domain')).toBeUndefined();
    expect(load({ kamctlrc }).get('domain')).toBe('rc.example');
    write('.config/sipctl/sipctl.toml', 'domain = "user.example"');
    expect(load({ kamctlrc }).get('domain')).toBe('user.example');
    write('work/sipctl.toml', 'domain = "here.example"');
    expect(load({ kamctlrc }).get('domain')).toBe('here.example');
    expect(load({ kamctlrc, env }).get('domain')).toBe('env.example');
    expect(load({ kamctlrc, env, flags: { domain: 'flag.example' } }).get('domain')).toBe('flag.example');
  });

  it('remembers where each value came from', () => {
    write('work/sipctl.toml', '[auth]\nnonce-expire = 60');
    const settings = load({ env: { SIPCTL_RULES_DIR: '/rules' }, flags: { db: 'sqlite:/x' } });
    expect(settings.origin('auth.nonce-expire')).toBe(join(cwd, 'sipctl.toml'));
    expect(settings.origin('rules.dir')).toBe('SIPCTL_RULES_DIR');
    expect(settings.origin('db')).toBe('--db');
    expect(settings.origin('timers.t1')).toBe('default');
  });

  it('takes an empty variable for an unset one', () => {
    expect(load({ env: { SIPCTL_DOMAIN: '' } }).origin('domain')).toBe('default');
  });

  it("finds the user's file in XDG_CONFIG_HOME", () => {
    write('xdg/sipctl/sipctl.toml', 'domain = "xdg.example"');
    expect(load({ env: { XDG_CONFIG_HOME: join(home, 'xdg') } }).get('domain')).toBe('xdg.example');
  });
});

describe('defaults', () => {
  it('keep the database and the socket of a user in his own directories', () => {
    const env = { XDG_DATA_HOME: '/data', XDG_RUNTIME_DIR: '/run/user/7' };
    expect(load({ env }).get('db')).toBe('sqlite:/data/sipctl/sipctl.db');
    expect(load({ env }).get('socket')).toBe('/run/user/7/sipctl/sipctl.sock');
    expect(load().get('db')).toBe(`sqlite:${home}/.local/share/sipctl/sipctl.db`);
    expect(load().get('socket')).toBe(`${home}/.local/state/sipctl/sipctl.sock`);
  });

  it("keep those of root in the system's", () => {
    const settings = load({ root: true, env: { XDG_DATA_HOME: '/data' } });
    expect(settings.get('db')).toBe('sqlite:/var/lib/sipctl/sipctl.db');
    expect(settings.get('socket')).toBe('/run/sipctl/sipctl.sock');
  });
});

describe('a sipctl.toml', () => {
  it('has numbers, yes and no, and lists as TOML writes them', () => {
    write(
      'work/sipctl.toml',
      'listen = ["udp:127.0.0.1:5070", "tcp:[::1]:5070"]\nstore-plaintext = true\ntimers.t1 = 250',
    );
    const settings = load();
    expect(settings.get('listen')).toEqual(['udp:127.0.0.1:5070', 'tcp:[::1]:5070']);
    expect(settings.get('store-plaintext')).toBe(true);
    expect(settings.get('timers.t1')).toBe(250);
  });

  it('with an unknown key is refused with the nearest name', () => {
    write('work/sipctl.toml', '[auth]\nnonce-expires = 60');
    expect(failureOf(load)).toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('[auth] nonce-expires'),
      hint: 'did you mean [auth] nonce-expire?',
    });
  });

  it('that is no TOML is refused with line and column', () => {
    write('work/sipctl.toml', 'domain = "x"\nlisten = [');
    expect(failureOf(load)).toMatchObject({ code: 'CONFIG', message: expect.stringMatching(/sipctl\.toml:2:\d+: /) });
  });

  it('is not fooled by the names that every object has', () => {
    write('work/sipctl.toml', '__proto__ = 1');
    expect(failureOf(load).code).toBe('CONFIG');
    write('work/sipctl.toml', '[constructor]\nname = "x"');
    expect(failureOf(load).code).toBe('CONFIG');
  });
});

describe('an invalid value', () => {
  it('in a variable is a CONFIG failure that names variable and key', () => {
    const failure = failureOf(() => load({ env: { SIPCTL_TIMERS_T1: 'fast' } }));
    expect(failure).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('SIPCTL_TIMERS_T1: timers.t1') });
  });

  it('in a file names the file and the key', () => {
    write('work/sipctl.toml', 'listen = "nowhere"');
    expect(failureOf(load).message).toContain(`${join(cwd, 'sipctl.toml')}: listen: 'nowhere'`);
  });

  it('of a flag is a mistake in the command line', () => {
    expect(failureOf(() => load({ flags: { 'timers-t1': '0' } })).code).toBe('USAGE');
  });

  it('is not looked at where another source counts', () => {
    expect(load({ env: { SIPCTL_DOMAIN: 'not a domain' }, flags: { domain: 'good.example' } }).get('domain')).toBe(
      'good.example',
    );
  });

  it('of the database is not repeated, because it may hold a password', () => {
    expect(failureOf(() => load({ env: { SIPCTL_DB: 'msql://u:secret@h/d' } })).message).not.toContain('secret');
  });

  it.each(['udp', 'udp:', 'icmp:127.0.0.1', 'udp:127.0.0.1:99999', 'udp:[::1', 'udp::5060'])(
    'is %s as a place to listen on',
    (listen) => {
      expect(failureOf(() => load({ env: { SIPCTL_LISTEN: listen } })).code).toBe('CONFIG');
    },
  );
});

describe('entries', () => {
  it('mask the password of the database', () => {
    const entry = (db: string) =>
      load({ flags: { db } })
        .entries()
        .find(({ key }) => key === 'db')?.value;
    expect(entry('mysql://kamailio:s3cr@t:x@db.example:3306/kamailio')).toBe(
      'mysql://kamailio:***@db.example:3306/kamailio',
    );
    expect(entry('postgres://db/k?user=u&password=s3cret')).toBe('postgres://db/k?user=u&password=***');
    expect(entry('sqlite:/var/lib/a:b@c.db')).toBe('sqlite:/var/lib/a:b@c.db');
  });

  it('have null for a value that is unset', () => {
    expect(load().entries()).toContainEqual(expect.objectContaining({ key: 'domain', value: null, origin: 'default' }));
  });
});

describe('kamctlrc', () => {
  it('makes a database URL of its variables', () => {
    const db = (text: string) => load({ kamctlrc: write('rc', text) }).get('db');
    expect(db('DBENGINE=MYSQL\nDBHOST=db.example\nDBPORT=3307\nDBNAME=k\nDBRWUSER=u\nDBRWPW="p@:/w"')).toBe(
      'mysql://u:p%40%3A%2Fw@db.example:3307/k',
    );
    expect(db('DBENGINE=PGSQL')).toBe('postgres://kamailio@localhost/kamailio');
    expect(db('DBENGINE=SQLITE\nDB_PATH="/etc/kamailio/k.db"')).toBe('sqlite:/etc/kamailio/k.db');
    expect(db('DBHOST=db.example')).toMatch(/^sqlite:/);
  });

  it('says which of its variables made the database', () => {
    const kamctlrc = write('rc', 'DBENGINE=MYSQL\nDBHOST=h');
    expect(load({ kamctlrc }).origin('db')).toBe(`${kamctlrc} DBENGINE, DBHOST`);
  });

  it('with an engine that sipctl does not have is refused only where it counts', () => {
    const kamctlrc = write('rc', 'DBENGINE=ORACLE');
    expect(failureOf(() => load({ kamctlrc })).code).toBe('CONFIG');
    expect(load({ kamctlrc, flags: { db: 'sqlite:/x' } }).get('db')).toBe('sqlite:/x');
  });

  it('is never executed: a value that the shell would compute is refused, not run', () => {
    const proof = join(home, 'proof');
    const kamctlrc = write('rc', `touch ${proof}\nSIP_DOMAIN=$(touch ${proof}; echo x.example)`);
    expect(failureOf(() => load({ kamctlrc }))).toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining(':2:'),
    });
    expect(existsSync(proof)).toBe(false);
  });

  it('that is named and not there is refused', () => {
    expect(failureOf(() => load({ kamctlrc: join(home, 'nosuch') })).code).toBe('CONFIG');
  });

  it('that is not named is looked for in the home directory', () => {
    write('.kamctlrc', 'STORE_PLAINTEXT_PW=1');
    const settings = loadSettings({ flags: {}, env: {}, cwd, home, root: false });
    expect(settings.get('store-plaintext')).toBe(true);
    expect(settings.origin('store-plaintext')).toBe(`${home}/.kamctlrc STORE_PLAINTEXT_PW`);
  });
});
