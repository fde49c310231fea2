import { describe, expect, it } from 'vitest';
import type { RegistrarSettings } from '../../src/registrar/settings.js';
import { A, B, ORIGIN, type Sending, setUp } from './support.js';

interface Row {
  readonly name: string;
  readonly status: number;
  readonly text: string;
  readonly lines: readonly string[];
  readonly settings?: Partial<RegistrarSettings>;
  readonly sending?: Sending;
}

const INSTANCE = '+sip.instance="<urn:uuid:1>"';
const TWO_HOPS = ['SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK2', 'SIP/2.0/UDP 10.0.0.5;branch=z9hG4bK1'];

/** The statuses that a registrar gives, each with its reason. */
const TABLE: readonly Row[] = [
  { name: 'q above 1', status: 400, text: 'Invalid q param in contact', lines: [`Contact: <${A}>;q=1.5`] },
  { name: 'a contact that is no URI', status: 400, text: 'Contact parse error', lines: ['Contact: <nowhere>'] },
  {
    name: 'a contact that no column holds',
    status: 400,
    text: 'Contact too long',
    lines: [`Contact: <sip:${'a'.repeat(520)}@198.51.100.1>`],
  },
  {
    name: 'an instance that no column holds',
    status: 400,
    text: 'Contact too long',
    lines: [`Contact: <${A}>;+sip.instance="<${'a'.repeat(260)}>"`],
  },
  {
    name: 'a Call-ID that no column holds',
    status: 400,
    text: 'Callid too long',
    lines: [`Contact: <${A}>`],
    sending: { callId: 'c'.repeat(256) },
  },
  { name: 'a reg-id of 0', status: 400, text: 'Invalid Reg-Id number', lines: [`Contact: <${A}>;reg-id=0`] },
  {
    name: 'a reg-id that is no number',
    status: 400,
    text: 'Invalid Reg-Id number',
    lines: [`Contact: <${A}>;reg-id=x`],
  },
  {
    name: 'two flows in one request (RFC 5626 6)',
    status: 400,
    text: 'Invalid Reg-Id number',
    lines: [`Contact: <${A}>;reg-id=1;${INSTANCE}, <${B}>;reg-id=2;${INSTANCE}`],
  },
  { name: '* with a time', status: 400, text: 'Invalid use of * contact', lines: ['Contact: *', 'Expires: 60'] },
  {
    name: 'a Path without lr',
    status: 400,
    text: 'Path parse error',
    lines: [`Contact: <${A}>`, 'Path: <sip:203.0.113.9>'],
  },
  {
    name: 'a Path that no column holds',
    status: 400,
    text: 'Path too long',
    lines: [`Contact: <${A}>`, `Path: <sip:${'a'.repeat(520)}@203.0.113.9;lr>`],
  },
  {
    name: 'an unknown extension',
    status: 420,
    text: 'Extension not supported',
    lines: [`Contact: <${A}>`, 'Require: path, foo'],
  },
  {
    name: 'a required outbound where it is off',
    status: 420,
    text: 'No support for Outbound on server',
    lines: [`Contact: <${A}>`, 'Require: outbound'],
    settings: { outbound: 'off' },
  },
  {
    name: 'a required GRUU where it is off',
    status: 420,
    text: 'Extension not supported',
    lines: [`Contact: <${A}>`, 'Require: gruu'],
  },
  {
    name: 'a Path that the phone does not support, in strict mode',
    status: 420,
    text: 'No support for found Path indicated',
    lines: [`Contact: <${A}>`, 'Path: <sip:203.0.113.9;lr>'],
    settings: { path: 'strict' },
  },
  {
    name: 'a phone without outbound where that is required',
    status: 421,
    text: 'No support for Outbound indicated',
    lines: [`Contact: <${A}>`],
    settings: { outbound: 'required' },
  },
  { name: 'a time below the least', status: 423, text: 'Interval too brief', lines: [`Contact: <${A}>;expires=1`] },
  {
    name: 'a first hop that keeps no flow',
    status: 439,
    text: 'No support for Outbound on edge proxy',
    lines: [`Contact: <${A}>;reg-id=1;${INSTANCE}`, 'Supported: path, outbound', 'Path: <sip:203.0.113.9;lr>'],
    sending: { vias: TWO_HOPS },
  },
  {
    name: 'more contacts than are allowed',
    status: 403,
    text: 'Too many registered contacts',
    lines: [`Contact: <${A}>, <${B}>`],
    settings: { maxContacts: 1 },
  },
  {
    name: 'a contact that leads to ourselves (security D18)',
    status: 403,
    text: 'Contact can not be reached from here',
    lines: ['Contact: <sip:alice@192.0.2.1>'],
  },
  {
    name: 'a contact in our own domain, which would go round (security D18)',
    status: 403,
    text: 'Contact can not be reached from here',
    lines: ['Contact: <sip:bob@test.example>'],
  },
  {
    name: 'a Path into this machine (security D18)',
    status: 403,
    text: 'Path can not be reached from here',
    lines: [`Contact: <${A}>`, 'Path: <sip:203.0.113.9;lr>, <sip:127.0.0.1:22;lr>'],
  },
];

describe('registrar', () => {
  it.each(TABLE)('answers $status to $name, and binds nothing', async ({ status, text, lines, settings, sending }) => {
    const { register } = setUp({ settings: settings ?? {} });
    const { result, contacts } = await register(lines, sending);
    expect(result).toMatchObject({ status, text });
    expect(contacts).toEqual([]);
  });

  it('says with a 420 what is not supported, with a 421 what is required (RFC 3261 21.4.15, 21.4.16)', async () => {
    const { header } = await setUp().register(['Require: path, foo, bar', `Contact: <${A}>`]);
    expect(header('Unsupported')).toBe('foo, bar');
    const refused = await setUp({ settings: { outbound: 'required' } }).register([`Contact: <${A}>`]);
    expect([refused.header('Require'), refused.header('Supported')]).toEqual(['outbound', 'outbound']);
  });

  it('keeps the bindings of before when it refuses', async () => {
    const { register } = setUp({ settings: { maxContacts: 1 } });
    await register([`Contact: <${A}>`]);
    expect(await register([`Contact: <${B}>`])).toMatchObject({ status: 403, contacts: [A] });
  });

  it('counts a contact that takes the place of another once', async () => {
    const { register } = setUp({ settings: { maxContacts: 1 } });
    await register([`Contact: <${A}>`]);
    expect(await register([`Contact: <${A}>;expires=0, <${B}>`])).toMatchObject({ status: 200, contacts: [B] });
  });

  it('takes a Path from the proxies that may add one, and from nobody else (security D18)', async () => {
    const mayAddPath = ({ address }: { address: string }) => address === '203.0.113.9';
    const lines = [`Contact: <${A}>`, 'Path: <sip:203.0.113.9;lr>'];
    const { register } = setUp({ mayAddPath });
    expect((await register(lines)).status).toBe(403);
    expect((await register(lines, { origin: { ...ORIGIN, address: '203.0.113.9' } })).status).toBe(200);
    expect((await register([`Contact: <${B}>`])).status).toBe(200);
  });

  it('removes a contact that it would not bind any more', async () => {
    const { register } = setUp();
    expect((await register(['Contact: <sip:alice@192.0.2.1>;expires=0'])).status).toBe(200);
  });
});
