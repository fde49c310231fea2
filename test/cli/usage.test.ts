import { describe, expect, it } from 'vitest';
import { rpcArgument } from '../../src/cli/kinds/rpc.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

const run = cliIn(temporaryFolder());
const UNREACHABLE = { env: { SIPCTL_DB: 'mysql://user:secret@127.0.0.1:1/nothing' } };

describe('what is typed is looked at before the database is opened', () => {
  it.each([
    ['an address that is none', ['address', 'add', '200', '10.0.1.300']],
    ['an address with a leading zero, which is octal to some', ['address', 'add', '200', '010.0.1.3']],
    ['a word in the place of an address', ['address', 'add', '200', 'not-an-ip']],
    ['a mask beyond IPv4', ['address', 'add', '200', '10.0.1.2', '33']],
    ['a mask beyond IPv6', ['address', 'add', '200', '2001:db8::1', '129']],
    ['mask 0, which is a single host for Kamailio', ['address', 'add', '200', '10.0.1.2', '0']],
    ['group 0', ['address', 'add', '0', '10.0.1.2']],
    ['a negative group', ['address', 'add', '--', '-1', '10.0.1.2']],
    ['a group that is no number', ['address', 'add', '2e2', '10.0.1.2']],
    ['a port that is too large', ['address', 'add', '200', '10.0.1.2', '32', '65536']],
    ['a tag that is too long', ['address', 'add', '200', '10.0.1.2', '32', '0', 'x'.repeat(65)]],
    ['one address too many', ['address', 'add', '200', '10.0.1.2', '32', '0', 'tag', 'more']],
    ['a user with a blank', ['add', 'bad user', 'pw']],
    ['a user with a quote', ['add', "o'brien", 'pw']],
    ['a user with a semicolon', ['add', 'a;b', 'pw']],
    ['a user without a name', ['add', '@example.org', 'pw']],
    ['a user of 65 characters', ['add', 'x'.repeat(65), 'pw']],
    ['a user with two domains', ['add', 'a@b@c', 'pw']],
    ['a domain that is none', ['add', 'alice@exa mple', 'pw']],
    ['an empty password', ['add', 'alice', '']],
    ['an unknown setting of --output', ['show', 'alice', '-o', 'xml']],
    ['a rule without a colon', ['rules', 'add', 'deny', 'ALL']],
    ['a rule with a broken expression', ['rules', 'add', 'deny', 'ALL : "^sip:(900"']],
    ['a rule that is a comment', ['rules', 'add', 'deny', '# ALL : ALL']],
    ['a type of rule that is none', ['rules', 'add', 'refuse', 'ALL : ALL']],
    ['a URI that is none', ['ping', 'alice@example.org']],
    ['an integer for rpc that is none', ['rpc', 'core.uptime', 'i:x']],
    ['a removal that has nobody to confirm it', ['rules', 'rm', 'allow']],
    ['a flag with a bad value', ['show', 'alice', '--auth-nonce-expire', 'soon']],
  ])('%s is refused with status 2', async (_what, argv) => {
    const { status, stdout, stderr } = await run(argv, UNREACHABLE);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^sipctl: ./);
  });

  it('what is valid does open it, and then the exit status is 8', async () => {
    const { status, stderr } = await run(['address', 'add', '200', '10.0.1.2'], UNREACHABLE);
    expect(status).toBe(8);
    expect(stderr).not.toContain('secret');
  });
});

describe('an unknown command', () => {
  it('is refused with the nearest name', async () => {
    const { status, stderr } = await run(['adress', 'show']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "sipctl: unknown command 'adress'\nhint: did you mean address?\n",
    });
  });

  it('is refused below a noun too', async () => {
    expect((await run(['address', 'shwo'])).stderr).toContain('did you mean show?');
  });

  it('is JSON with --json, also when the command line was not understood', async () => {
    const { status, stdout, stderr } = await run(['adress', '--json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'USAGE', message: "unknown command 'adress'", hint: 'did you mean address?' },
    });
  });

  it('a noun alone names its verbs', async () => {
    const { status, stderr } = await run(['ul']);
    expect(status).toBe(2);
    expect(stderr).toContain('show, add, rm, watch');
  });

  it('nothing at all points to the help', async () => {
    expect(await run([])).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('the places where kamctl spells things differently', () => {
  it.each([
    [['usrloc', 'show'], 'ul show'],
    [['permissions', 'show'], 'rules show'],
    [['passwd', '1001', 'x'], 'subscriber passwd'],
  ])('%s is understood', async (argv, name) => {
    const { parseArguments } = await import('../../src/cli/program.js');
    const parsed = parseArguments(argv);
    expect('command' in parsed && parsed.command.name).toBe(name);
  });
});

describe('an argument of rpc', () => {
  it.each([
    ['5', 5],
    ['-5', -5],
    ['1.5', 1.5],
    ['s:5', '5'],
    ['i:-3', -3],
    ['007', '007'],
    ['0x10', '0x10'],
    ['1e3', '1e3'],
    ['nan', 'nan'],
    ['+4912345', '+4912345'],
    ['12345678901234567890', '12345678901234567890'],
    ['', ''],
  ])('%j is sent as %j', (typed, sent) => {
    expect(rpcArgument.parse(typed)).toBe(sent);
  });
});
