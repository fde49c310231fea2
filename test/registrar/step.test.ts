import { describe, expect, it } from 'vitest';
import { localOf } from '../../src/proxy/local.js';
import { ProxyRequest } from '../../src/proxy/request.js';
import { registrar } from '../../src/proxy/steps/registrar.js';
import type { RegisterOrigin } from '../../src/registrar/registrar.js';
import type { Source } from '../../src/transport/transport.js';
import { header, registerAt, request, startLine, statuses } from '../proxy/messages.js';
import { DOMAIN, virtualProxy } from '../proxy/virtual-proxy.js';
import { ORIGIN, registerRequest, setUp as setUpRegistrar } from './support.js';

const FROM = 'udp:198.51.100.1:5060';
const PHONE = 'sip:alice@198.51.100.1:5060';
const INSTANCE = '+sip.instance="<urn:uuid:1>"';

describe('the step registrar', () => {
  it.each([
    ['no user', `sip:${DOMAIN}`, 400, 'No username in To URI'],
    ['a user of another domain', 'sip:alice@elsewhere.example', 400, 'No username in To URI'],
    ['a NUL in the name (security P13)', `sip:alice%00@${DOMAIN}`, 400, 'Error while unescaping username'],
    ['a line end in the name', `sip:alice%0d%0a@${DOMAIN}`, 400, 'Error while unescaping username'],
    ['a name that no column holds', `sip:${'a'.repeat(65)}@${DOMAIN}`, 500, 'Address Of Record too long'],
  ])('refuses a To with %s', (_name, to, status, because) => {
    const save = () => Promise.reject(new Error('nothing is to be saved'));
    const told = () => {
      throw new Error('nothing is to be told');
    };
    const local = localOf(DOMAIN, () => false, [5060]);
    const step = registrar({ local, registrar: { save }, registered: told, rejected: told });
    const answered: string[] = [];
    const message = registerRequest([`Contact: <${PHONE}>`], { to });
    const asked = new ProxyRequest(message, ORIGIN as RegisterOrigin as Source, {
      reply: (_source, text) => void answered.push(text),
      createTransaction: told,
    });
    step.run(asked);
    expect(asked.outcome).toMatchObject({ status, because });
    expect(answered.map((text) => header(text, 'P-Registrar-Error'))).toEqual([because]);
  });

  it('tells of each registration that was refused', async () => {
    const { registrar: service } = setUpRegistrar();
    const rejected: unknown[] = [];
    const local = localOf(DOMAIN, () => false, [5060]);
    const step = registrar({
      local,
      registrar: service,
      registered: () => undefined,
      rejected: (_request, aor, { status, text }) => void rejected.push([aor, status, text]),
    });
    const asked = new ProxyRequest(
      registerRequest([`Contact: <${PHONE}>;expires=1`]),
      ORIGIN as RegisterOrigin as Source,
      {
        reply: () => undefined,
        createTransaction: () => ({ toTag: 'x', respond: () => undefined }) as never,
      },
    );
    await step.run(asked);
    expect(rejected).toEqual([[`alice@${DOMAIN}`, 423, 'Interval too brief']]);
  });
});

const SUBSCRIBERS = [{ username: 'alice', password: 'alice-password' }];

describe('a phone that registers', () => {
  it('hears what is bound, or in P-Registrar-Error why nothing is', async () => {
    const proxy = await virtualProxy({ subscribers: SUBSCRIBERS });
    const accepted = await registerAt(proxy, 'alice', PHONE, FROM);
    expect(startLine(accepted)).toBe('SIP/2.0 200 OK');
    expect(header(accepted, 'Contact')).toBe(`<${PHONE}>;expires=3600`);
    expect(header(accepted, 'Date')).toMatch(/ GMT$/);
    const refused = await registerAt(proxy, 'alice', PHONE, FROM, ';expires=5');
    expect(startLine(refused)).toBe('SIP/2.0 423 Interval Too Brief');
    expect([header(refused, 'Min-Expires'), header(refused, 'P-Registrar-Error')]).toEqual([
      '60',
      'Interval too brief',
    ]);
  });

  it.each([
    ['198.51.100.0', 200],
    ['203.0.113.0', 403],
  ])('may bring a Path when the group of the settings has %s: %i', async (network, status) => {
    const addresses = [{ grp: 300, ip_addr: network, mask: 24 }];
    const proxy = await virtualProxy({ subscribers: SUBSCRIBERS, addresses, flags: { 'registrar-path-group': '300' } });
    const answered = await registerAt(proxy, 'alice', PHONE, FROM, '\r\nPath: <sip:198.51.100.9;lr>');
    expect(startLine(answered)).toContain(` ${status} `);
  });

  it.each(['sip:bob@192.0.2.1', 'sip:bob@192.0.2.1:5060', `sip:bob@${DOMAIN}`])(
    'can not name this server as its contact, as %s (security D18)',
    async (contact) => {
      const proxy = await virtualProxy({ subscribers: SUBSCRIBERS });
      expect(startLine(await registerAt(proxy, 'alice', contact, FROM))).toBe('SIP/2.0 403 Forbidden');
    },
  );
});

describe('a request to a GRUU (RFC 5627 5.4)', () => {
  it('reaches that phone only; 480 when it is away, and all without `gr`', async () => {
    const proxy = await virtualProxy({
      subscribers: SUBSCRIBERS,
      addresses: [{ grp: 200 }],
      flags: { 'registrar-gruu': 'yes' },
    });
    await registerAt(proxy, 'alice', 'sip:alice@198.51.100.2', 'udp:198.51.100.2:5060');
    const answered = await registerAt(proxy, 'alice', PHONE, FROM, `;${INSTANCE}\r\nSupported: gruu`);
    const temp = /;temp-gruu="([^"]+)"/.exec(answered)?.[1] ?? '';
    const call = (uri: string) => proxy.receive(request({ uri, via: '192.0.2.10:5060' }), 'udp:192.0.2.10:5060');
    const reached = async (uri: string) =>
      (await call(uri)).filter(({ text }) => text.startsWith('INVITE')).map(({ to }) => to);
    const alice = `sip:alice@${DOMAIN}`;
    expect(await reached(`${alice};gr=urn:uuid:1`)).toEqual(['udp:198.51.100.1:5060']);
    expect(await reached(temp)).toEqual(['udp:198.51.100.1:5060']);
    expect((await reached(alice)).sort()).toEqual(['udp:198.51.100.1:5060', 'udp:198.51.100.2:5060']);
    expect(statuses(await call(`${alice};gr=urn:uuid:2`))).toEqual([480]);
    expect(statuses(await call(temp.replace('tgruu.', 'tgruu.x')))).toEqual([404]);
  });
});
