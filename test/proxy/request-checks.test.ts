import { describe, expect, it } from 'vitest';
import { header, request, requests, startLine, statuses } from './messages.js';
import { DOMAIN, virtualProxy } from './virtual-proxy.js';

const CARRIER = 'udp:203.0.113.7:5060';
const trusted = { addresses: [{ ip_addr: '203.0.113.7' }] };

async function replyTo(text: string, options = {}) {
  const proxy = await virtualProxy({ ...trusted, ...options });
  return { proxy, sent: await proxy.receive(text, CARRIER) };
}

describe('reqinit', () => {
  it.each([
    [
      '483 when Max-Forwards is 0 (RFC 3261 16.3 step 3)',
      request().replace('Max-Forwards: 70', 'Max-Forwards: 0'),
      483,
    ],
    ['483 when Max-Forwards is no number', request().replace('Max-Forwards: 70', 'Max-Forwards: many'), 483],
    ['416 for a scheme that it does not know (RFC 3261 16.3 step 2)', request({ uri: 'mailto:bob@x.example' }), 416],
    [
      '420 for a Proxy-Require that it does not support (RFC 3261 16.3 step 5)',
      request({ headers: ['Proxy-Require: odd'] }),
      420,
    ],
    ['505 for another version of SIP', request().replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), 505],
    ['400 when the method of CSeq is another one', request().replace('1 INVITE', '1 BYE'), 400],
    ['403 for a request that is too large', request({ body: 'x'.repeat(20_000) }), 403],
    ['403 for a Request-URI that is too long', request({ uri: `sip:${'b'.repeat(600)}@${DOMAIN}` }), 403],
  ])('answers %s', async (_name, text, status) => {
    const { sent } = await replyTo(text);
    expect(statuses(sent)).toEqual([status]);
    expect(requests(sent)).toEqual([]);
  });

  it('names the extensions that it does not support', async () => {
    const { sent } = await replyTo(request({ headers: ['Proxy-Require: odd, strange'] }));
    expect(header(sent[0]?.text ?? '', 'Unsupported')).toBe('odd, strange');
  });

  it.each(['friendly-scanner', 'sipcli/v1.8', 'VaxSIPUserAgent/3.1'])('says nothing to %s', async (agent) => {
    const { sent } = await replyTo(request({ headers: [`User-Agent: ${agent}`] }));
    expect(sent).toEqual([]);
  });

  it('never answers an ACK, however wrong', async () => {
    const wrong = request({ method: 'ACK' }).replace('Max-Forwards: 70', 'Max-Forwards: 0');
    expect((await replyTo(wrong)).sent).toEqual([]);
    expect((await replyTo(request({ method: 'ACK' }))).sent).toEqual([]);
  });

  it('answers what is no SIP with 400 where it can, and goes on (security P5)', async () => {
    const proxy = await virtualProxy(trusted);
    for (const garbage of [
      '',
      'hello',
      'GET / HTTP/1.1\r\n\r\n',
      '\u0000\u0001\u0002',
      'INVITE',
      `${request()}`.slice(0, 40),
    ]) {
      expect(requests(await proxy.receive(garbage, CARRIER))).toEqual([]);
    }
    const malformed = request().replace('Call-ID:', 'Call\u0001-ID:');
    expect(statuses(await proxy.receive(malformed, CARRIER)).every((status) => status === 400)).toBe(true);
    expect(statuses(await proxy.receive(request(), CARRIER))).toEqual([404]);
  });

  it('answers to where a request came from, not to where it says (security R6)', async () => {
    const { sent } = await replyTo(request({ via: '203.0.113.99:9;received=203.0.113.98;rport=7;maddr=203.0.113.97' }));
    expect(sent.map(({ to }) => to)).toEqual([CARRIER]);
    expect(header(sent[0]?.text ?? '', 'Via')).toContain(';received=203.0.113.7');
  });
});

describe('keepalive', () => {
  it('answers OPTIONS to ourselves without a password', async () => {
    const proxy = await virtualProxy();
    for (const uri of [`sip:${DOMAIN}`, 'sip:192.0.2.1', 'sip:192.0.2.1:5060']) {
      const [reply] = await proxy.receive(request({ method: 'OPTIONS', uri }), CARRIER);
      expect(startLine(reply?.text ?? '')).toBe('SIP/2.0 200 Keepalive');
    }
  });
});

describe('noOpenRelay', () => {
  it('is no relay for strangers (security R1)', async () => {
    const proxy = await virtualProxy();
    const sent = await proxy.receive(request({ uri: 'sip:victim@203.0.113.66' }), 'udp:203.0.113.99:5060');
    expect(requests(sent)).toEqual([]);
  });

  it('lets a trusted source call other domains', async () => {
    const { sent } = await replyTo(request({ uri: 'sip:friend@203.0.113.66' }));
    expect(requests(sent).map(({ to }) => to)).toEqual(['udp:203.0.113.66:5060']);
  });
});

describe('permissions', () => {
  const rules = [
    { type: 'A' as const, rule: `"^sip:boss@" : ALL` },
    { type: 'D' as const, rule: `ALL : "^sip:00"` },
  ];

  it('refuses with 403 Routing Not Allowed and logs the rule that decided', async () => {
    const { proxy, sent } = await replyTo(request({ uri: `sip:0044@${DOMAIN}` }), { rules });
    expect(startLine(sent[0]?.text ?? '')).toBe('SIP/2.0 403 Routing Not Allowed');
    const [line] = proxy.lines.map((text) => JSON.parse(text));
    expect(line).toMatchObject({ event: 'denied', step: 'permissions', status: 403 });
    expect(line.because).toBe('deny rule 2: ALL : "^sip:00"');
    expect(line.msg).toContain('deny rule 2: ALL : "^sip:00"');
  });

  it('asks the allow rules first', async () => {
    const { sent } = await replyTo(request({ uri: `sip:0044@${DOMAIN}`, from: `sip:boss@${DOMAIN}` }), { rules });
    expect(statuses(sent)).toEqual([404]);
  });

  it('allows what no rule names', async () => {
    const { sent } = await replyTo(request({ uri: `sip:44@${DOMAIN}` }), { rules });
    expect(statuses(sent)).toEqual([404]);
  });

  it('is asked about INVITE only', async () => {
    const { sent } = await replyTo(request({ method: 'MESSAGE', uri: `sip:0044@${DOMAIN}` }), { rules });
    expect(statuses(sent)).toEqual([404]);
  });

  it('keeps the old rules when a set does not load (security S9)', async () => {
    const { proxy } = await replyTo(request(), { rules });
    proxy.rows.rules.push({ id: 9, type: 'D', rule: 'ALL : "("', position: 3, note: null, last_change: new Date(0) });
    await expect(proxy.tables.rules.reload()).rejects.toThrow(/rule 9/);
    const sent = await proxy.receive(request({ uri: `sip:0044@${DOMAIN}` }), CARRIER);
    expect(statuses(sent)).toEqual([403]);
  });
});

describe('loops', () => {
  it('answers 482 to a request that comes back unchanged (RFC 3261 16.3 step 4)', async () => {
    const proxy = await virtualProxy(trusted);
    const outside = request({ uri: 'sip:friend@203.0.113.7' });
    const [sent] = requests(await proxy.receive(outside, CARRIER));
    expect(statuses(await proxy.receive(sent?.text ?? '', CARRIER))).toEqual([482]);
  });
});
