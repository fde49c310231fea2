import Database from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { METHODS } from '../../src/control/methods.js';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import type { Phone } from '../support/phone.js';
import { TestServer } from '../support/server.js';

let server: TestServer;
let cast: Cast;
let callee: Phone;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast, settings: { 'log.format': 'text' } });
  cast = new Cast(server);
});

beforeEach(async () => {
  callee = await cast.registered();
});

/** How a call without a password ends that the callee would refuse as busy: 486 when it got through. */
async function outcomeOf(caller: Phone): Promise<string> {
  return finish(new OutgoingCall(caller, callee.options.user).send());
}

async function outcomeWithPassword(caller: Phone): Promise<string> {
  return finish(await new OutgoingCall(caller, callee.options.user).sendAuthenticated());
}

async function finish(call: OutgoingCall): Promise<string> {
  const busy = IncomingCall.at(callee).then(
    (incoming) => incoming.refuse(486, 'Busy Here'),
    // The call was refused before it reached the callee.
    () => undefined,
  );
  const answer = await call.final();
  callee.abandon();
  await busy;
  return answer.startLine.slice('SIP/2.0 '.length);
}

const REACHED = '486 Busy Here';
const CHALLENGED = '407 Proxy Authentication Required';
const DENIED = '403 Routing Not Allowed';

describe('sipctl address add', () => {
  it('lets the very next call from that address pass without a password; address rm ends that', async () => {
    const carrier = await cast.phone({ host: '127.0.0.77' });
    expect(await outcomeOf(carrier)).toBe(CHALLENGED);
    await server.sipctl('address', 'add', '200', '127.0.0.77', '32', '0', 'Carrier IP address');
    expect(await outcomeOf(carrier)).toBe(REACHED);
    await server.sipctl('address', 'rm', '200', '127.0.0.77');
    expect(await outcomeOf(carrier)).toBe(CHALLENGED);
  });

  it('counts for the given source port only', async () => {
    const carrier = await cast.phone({ host: '127.0.0.78' });
    const other = await cast.phone({ host: '127.0.0.78' });
    await server.sipctl('address', 'add', '200', '127.0.0.78', '32', String(carrier.port));
    expect(await outcomeOf(carrier)).toBe(REACHED);
    expect(await outcomeOf(other)).toBe(CHALLENGED);
  });

  it('counts for a whole subnet, and over TCP', async () => {
    const carrier = await cast.phone({ host: '127.0.7.9', transport: 'tcp' });
    await server.sipctl('address', 'add', '200', '127.0.7.0', '24');
    expect(await outcomeOf(carrier)).toBe(REACHED);
  });

  it('to another group trusts nobody', async () => {
    const carrier = await cast.phone({ host: '127.0.0.79' });
    await server.sipctl('address', 'add', '201', '127.0.0.79');
    expect(await outcomeOf(carrier)).toBe(CHALLENGED);
  });

  it('lets it call through us to somewhere else (default kamailio.cfg, WITH_IPAUTH)', async () => {
    const carrier = await cast.phone({ host: '127.0.0.80' });
    const elsewhere = await cast.phone({ user: 'other' });
    const from = '<sip:someone@elsewhere.example>';
    expect((await new OutgoingCall(carrier, elsewhere.contactUri, { from }).send().final()).status).toBe(403);
    await server.sipctl('address', 'add', '200', '127.0.0.80');
    const call = new OutgoingCall(carrier, elsewhere.contactUri, { from }).send();
    (await IncomingCall.at(elsewhere)).refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });
});

describe('sipctl rules add deny', () => {
  it('denies the very next call, in a line of the log with the rule; rules rm ends that', async () => {
    const caller = await cast.phone();
    const from = caller.options.user;
    const to = callee.options.user;
    const rule = `"^sip:${from}@" : "^sip:${to}@"`;
    expect(await outcomeWithPassword(caller)).toBe(REACHED);
    await server.sipctl('rules', 'add', 'deny', rule);
    expect(await outcomeWithPassword(caller)).toBe(DENIED);
    await server.logLine(`${from}@`, `${to}@`, '403', 'permissions', rule);
    const [{ id }] = JSON.parse(await server.sipctl('rules', 'show', '--json')).filter(
      (row: { rule: string }) => row.rule === rule,
    );
    await server.sipctl('rules', 'rm', String(id));
    expect(await outcomeWithPassword(caller)).toBe(REACHED);
  });

  it('judges trusted addresses too', async () => {
    const carrier = await cast.phone({ host: '127.0.0.81' });
    await server.sipctl('address', 'add', '200', '127.0.0.81');
    await server.sipctl('rules', 'add', 'deny', `"^sip:${carrier.options.user}@" : ALL`);
    expect(await outcomeOf(carrier)).toBe(DENIED);
  });

  it('gives way to an allow rule', async () => {
    const caller = await cast.phone();
    const from = caller.options.user;
    await server.sipctl('rules', 'add', 'deny', `"^sip:${from}@" : ALL`);
    await server.sipctl('rules', 'add', 'allow', `"^sip:${from}@" : "^sip:${callee.options.user}@"`);
    expect(await outcomeWithPassword(caller)).toBe(REACHED);
  });

  it('does not end a call that is under way', async () => {
    const caller = await cast.phone();
    const { outgoing, incoming } = await cast.established(caller, callee);
    await server.sipctl('rules', 'add', 'deny', `"^sip:${caller.options.user}@" : ALL`);
    const bye = outgoing.bye();
    await incoming.answerTo('BYE');
    expect((await bye).status).toBe(200);
  });

  it('does not judge a REGISTER', async () => {
    const phone = await cast.phone();
    await server.sipctl('rules', 'add', 'deny', `"^sip:${phone.options.user}@" : ALL`);
    expect((await phone.register()).status).toBe(200);
  });

  it('with a broken rule changes nothing and says where it is broken', async () => {
    const { status, stderr } = await server.trySipctl(['rules', 'add', 'deny', '"^sip:(" : ALL']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/:\d+:\d+|column/);
    expect(await server.sipctl('rules', 'show')).not.toContain('^sip:(');
  });
});

describe('sipctl rules reload', () => {
  it('refuses a set with a broken rule whole, and the old set keeps serving', async () => {
    const caller = await cast.phone();
    const from = caller.options.user;
    await server.sipctl('rules', 'add', 'deny', `"^sip:${from}@" : ALL`);
    const database = new Database(server.database);
    try {
      database.pragma('busy_timeout = 10000');
      database.prepare('UPDATE permissions_rules SET rule = \'"^sip:(" : ALL\' WHERE rule LIKE ?').run(`%${from}@%`);
      const { status, stderr } = await server.trySipctl(['rules', 'reload']);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/:\d+:\d+/);
      expect(await outcomeWithPassword(caller)).toBe(DENIED);
    } finally {
      database.prepare("DELETE FROM permissions_rules WHERE rule LIKE '%sip:(%'").run();
      database.close();
    }
    await server.sipctl('rules', 'reload');
    expect(await outcomeWithPassword(caller)).toBe(REACHED);
  });
});

describe('the control socket', () => {
  it('lists exactly the methods that are declared, and has help for each', async () => {
    const listed = await server.rpc('system.listMethods');
    expect(listed).toEqual(Object.keys(METHODS).sort());
    for (const [name, { summary }] of Object.entries(METHODS)) {
      expect(await server.rpc('system.methodHelp', [name]), name).toContain(summary);
    }
  });
});

describe('the log', () => {
  it('has one line for a registration', async () => {
    const phone = await cast.registered();
    const words = ['REGISTER', `${phone.options.user}@`, '200', phone.contactUri, 'registrar'];
    await server.logLine(...words);
    expect(linesWith(...words)).toHaveLength(1);
  });

  it('has one line for a call', async () => {
    const caller = await cast.phone();
    await outcomeWithPassword(caller);
    const words = ['INVITE', `${caller.options.user}@`, `${callee.options.user}@`];
    await server.logLine(...words, '486', 'relay');
    expect(linesWith(...words)).toHaveLength(1);
  });

  it('names the step that refused', async () => {
    const caller = await cast.phone();
    const nobody = cast.newcomer();
    await (await new OutgoingCall(caller, nobody).sendAuthenticated()).final();
    await server.logLine('INVITE', `${caller.options.user}@`, `${nobody}@`, '404', 'location');
  });

  it('never holds a password, a hash or credentials', async () => {
    const phone = await cast.registered();
    await server.logLine('REGISTER', `${phone.options.user}@`);
    expect(server.log).not.toMatch(/secret-|[0-9a-f]{32}|Digest username/);
  });

  it('does not let a caller write lines of his own', async () => {
    const phone = await cast.phone({ user: 'evil\u001b[31m\u0007' });
    const { status } = await phone.ask(phone.newRequest('MESSAGE', `sip:u1@${server.domain}`));
    await server.logLine('MESSAGE', 'evil', String(status));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(server.log).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

function linesWith(...texts: readonly string[]): string[] {
  return server.log.split('\n').filter((line) => texts.every((text) => line.includes(text)));
}
