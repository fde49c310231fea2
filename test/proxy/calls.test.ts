import { beforeEach, describe, expect, it } from 'vitest';
import {
  answer,
  challengeOf,
  credentials,
  header,
  headers,
  registerAt,
  request,
  requests,
  startLine,
  statuses,
} from './messages.js';
import { DOMAIN, type VirtualProxy, virtualProxy } from './virtual-proxy.js';

const USERS = ['alice', 'bob'].map((username) => ({ username, password: `${username}-password` }));
const CARRIER = 'udp:203.0.113.7:5060';
const VIA = '203.0.113.7:5060';
const BOB = 'udp:198.51.100.2:5060';
const BOB_TOO = 'udp:198.51.100.3:5060';
const CONTACT = 'sip:bob@198.51.100.2:5060';
const CONTACT_TOO = 'sip:bob@198.51.100.3:5060';

let proxy: VirtualProxy;

/** Bob at one or two phones, and a carrier that may call. */
beforeEach(async () => {
  proxy = await virtualProxy({ subscribers: USERS, addresses: [{ ip_addr: '203.0.113.7' }] });
  await registerAt(proxy, 'bob', CONTACT, BOB);
});

const first = <T>(list: readonly T[]): T => list[0] as T;

async function invite(parts: object = {}) {
  const sent = await proxy.receive(request({ via: VIA, ...parts }), CARRIER);
  return { replies: statuses(sent), branches: requests(sent) };
}

describe('a call', () => {
  it('gets 100 Trying without a To tag and goes to where the callee registered (RFC 3261 16.2, 17.2.1)', async () => {
    const sent = await proxy.receive(request({ via: VIA }), CARRIER);
    expect(startLine(first(sent).text)).toBe('SIP/2.0 100 Trying');
    expect(header(first(sent).text, 'To')).not.toContain('tag=');
    const [branch] = requests(sent);
    expect(branch?.to).toBe(BOB);
    expect(startLine(branch?.text ?? '')).toBe(`INVITE ${CONTACT} SIP/2.0`);
  });

  it('is record-routed, with one hop less and our Via on top (RFC 3261 16.6)', async () => {
    const { branches } = await invite();
    const { text } = first(branches);
    expect(header(text, 'Record-Route')).toMatch(/^<sip:192\.0\.2\.1;lr;did=[\w-]{16}>$/);
    expect(header(text, 'Max-Forwards')).toBe('69');
    const vias = headers(text, 'Via');
    expect(vias[0]).toMatch(/^SIP\/2\.0\/UDP 192\.0\.2\.1;branch=z9hG4bK\S+$/);
    expect(vias[1]).toContain(';received=203.0.113.7');
    expect(vias[1]).toContain(';rport=5060');
  });

  it('adds Max-Forwards 70 when there is none (RFC 3261 16.6 step 3)', async () => {
    const text = request({ via: VIA }).replace('Max-Forwards: 70\r\n', '');
    const [branch] = requests(await proxy.receive(text, CARRIER));
    expect(header(branch?.text ?? '', 'Max-Forwards')).toBe('70');
  });

  it('passes headers and body that it does not know octet for octet', async () => {
    const body = 'v=0\r\n\u0000\u00ff';
    const { branches } = await invite({ headers: ['X-Odd:   a ;b,\t"c"', 'Subject: f\u00fcr'], body });
    expect(first(branches).text).toContain('\r\nX-Odd:   a ;b,\t"c"\r\nSubject: f\u00fcr\r\n');
    expect(first(branches).text.endsWith(`\r\n\r\n${body}`)).toBe(true);
  });

  it('ends with the answer of the callee, without our Via', async () => {
    const { branches } = await invite();
    for (const status of [180, 200]) {
      const sent = await proxy.receive(answer(first(branches).text, status), BOB);
      expect(statuses(sent)).toEqual([status]);
      expect(first(sent).to).toBe(CARRIER);
      expect(headers(first(sent).text, 'Via')).toHaveLength(1);
      expect(header(first(sent).text, 'To')).toContain('tag=callee');
    }
  });

  it('is one readable log line with the step', async () => {
    const { branches } = await invite();
    await proxy.receive(answer(first(branches).text, 200), BOB);
    const call = proxy.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'call');
    expect(call).toHaveLength(1);
    expect(call[0]).toMatchObject({ step: 'relay', status: 200, from: `sip:alice@${DOMAIN}`, to: `sip:bob@${DOMAIN}` });
    expect(call[0].msg).toBe(
      `INVITE sip:alice@${DOMAIN} -> sip:bob@${DOMAIN}: 200 Answer, from ${CARRIER} trusted by address 1 of group 200 (step relay)`,
    );
  });

  it('does not forward a 100 of the next hop (RFC 3261 16.7 step 5)', async () => {
    const { branches } = await invite();
    expect(await proxy.receive(answer(first(branches).text, 100), BOB)).toEqual([]);
  });

  it('passes every copy of a 2xx (RFC 3261 16.7 step 5, RFC 6026)', async () => {
    const { branches } = await invite();
    const ok = answer(first(branches).text, 200);
    expect(statuses(await proxy.receive(ok, BOB))).toEqual([200]);
    expect(statuses(await proxy.receive(ok, BOB))).toEqual([200]);
  });

  it('acknowledges a refusal itself and passes it on (RFC 3261 17.1.1.3)', async () => {
    const { branches } = await invite();
    const sent = await proxy.receive(answer(first(branches).text, 486), BOB);
    expect(requests(sent).map(({ text, to }) => [startLine(text), to])).toEqual([[`ACK ${CONTACT} SIP/2.0`, BOB]]);
    expect(statuses(sent)).toEqual([486]);
  });

  it('drops a response that belongs to no branch, whatever Via it names (RFC 3261 18.1.2, security R8)', async () => {
    const { branches } = await invite();
    const stray = answer(first(branches).text, 200).replace(/branch=z9hG4bK[^;\r]*/, 'branch=z9hG4bKforged');
    expect(await proxy.receive(stray, BOB)).toEqual([]);
  });

  it('absorbs a retransmitted INVITE with the last provisional (RFC 3261 17.2.1)', async () => {
    const text = request({ via: VIA });
    await proxy.receive(text, CARRIER);
    const again = await proxy.receive(text, CARRIER);
    expect(statuses(again)).toEqual([100]);
    expect(requests(again)).toEqual([]);
  });

  it('is answered with 408 when nothing comes back (RFC 3261 16.8, timer B)', async () => {
    await invite();
    expect(statuses(await proxy.advance(33_000))).toContain(408);
  });

  it('is given up after timer C when it only rings (RFC 3261 16.6 step 11, 16.8)', async () => {
    const { branches } = await invite();
    await proxy.receive(answer(first(branches).text, 180), BOB);
    expect(requests(await proxy.advance(180_000))).toEqual([]);
    const sent = requests(await proxy.advance(2_000));
    expect(sent.map(({ text }) => startLine(text).split(' ')[0])).toContain('CANCEL');
  });

  it('starts timer C again with each sign of life but 100 (RFC 3261 16.7 step 2)', async () => {
    const { branches } = await invite();
    await proxy.receive(answer(first(branches).text, 180), BOB);
    await proxy.advance(170_000);
    await proxy.receive(answer(first(branches).text, 183), BOB);
    expect(requests(await proxy.advance(170_000))).toEqual([]);
  });

  it('turns a 503 into 500 (RFC 3261 16.7 step 6)', async () => {
    const { branches } = await invite();
    expect(statuses(await proxy.receive(answer(first(branches).text, 503), BOB))).toEqual([500]);
  });

  it('leaves nothing behind when it is over', async () => {
    const { branches } = await invite();
    await proxy.receive(answer(first(branches).text, 200), BOB);
    await proxy.advance(300_000);
    expect(proxy.proxy.servers.size + proxy.proxy.clients.size).toBe(0);
  });
});

describe('who is not there', () => {
  it('is 404 User not Registered', async () => {
    const sent = await proxy.receive(request({ via: VIA, uri: `sip:alice@${DOMAIN}` }), CARRIER);
    expect(startLine(first(sent).text)).toBe('SIP/2.0 404 User not Registered');
  });

  it('is 484 Address Incomplete without a user', async () => {
    expect((await invite({ uri: `sip:${DOMAIN}` })).replies).toEqual([484]);
  });

  it('is 404 again when the binding has expired', async () => {
    await proxy.advance(3_601_000);
    expect((await invite()).replies).toEqual([404]);
  });
});

describe('forking', () => {
  beforeEach(() => registerAt(proxy, 'bob', CONTACT_TOO, BOB_TOO));

  it('rings every contact at the same time, each with a branch of its own (RFC 3261 16.6)', async () => {
    const { branches } = await invite();
    expect(branches.map(({ to }) => to).sort()).toEqual([BOB, BOB_TOO]);
    expect(new Set(branches.map(({ text }) => header(text, 'Via'))).size).toBe(2);
  });

  it('cancels the others when one answers, and says why (RFC 3261 16.7 step 10, RFC 3326)', async () => {
    const { branches } = await invite();
    const [one, two] = branches as [(typeof branches)[0], (typeof branches)[0]];
    await proxy.receive(answer(one.text, 180), one.to);
    await proxy.receive(answer(two.text, 180), two.to);
    const sent = await proxy.receive(answer(one.text, 200), one.to);
    const [cancel] = requests(sent);
    expect(cancel?.to).toBe(two.to);
    expect(startLine(cancel?.text ?? '')).toContain('CANCEL');
    expect(header(cancel?.text ?? '', 'Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
  });

  it.each([
    [404, 486, 404],
    [302, 486, 302],
    [603, 486, 603],
    [500, 486, 486],
    [486, 401, 401],
    [484, 404, 484],
    [415, 420, 415],
    [503, 404, 404],
  ])('chooses between %i and %i the answer %i (RFC 3261 16.7 step 6)', async (a, b, best) => {
    const { branches } = await invite();
    const [one, two] = branches as [(typeof branches)[0], (typeof branches)[0]];
    expect(statuses(await proxy.receive(answer(one.text, a), one.to))).toEqual([]);
    expect(statuses(await proxy.receive(answer(two.text, b), two.to))).toEqual([best]);
  });

  it('puts the challenges of all branches into the 401 that it passes (RFC 3261 16.7 step 7)', async () => {
    const { branches } = await invite();
    const [one, two] = branches as [(typeof branches)[0], (typeof branches)[0]];
    await proxy.receive(answer(one.text, 401, ['WWW-Authenticate: Digest realm="a", nonce="1"']), one.to);
    const sent = await proxy.receive(
      answer(two.text, 407, ['Proxy-Authenticate: Digest realm="b", nonce="2"']),
      two.to,
    );
    const { text } = sent.filter(({ text: reply }) => reply.startsWith('SIP/2.0'))[0] ?? { text: '' };
    expect(headers(text, 'WWW-Authenticate')).toEqual(['Digest realm="a", nonce="1"']);
    expect(headers(text, 'Proxy-Authenticate')).toEqual(['Digest realm="b", nonce="2"']);
  });

  it('lets a 2xx win over a 6xx that came first (RFC 3261 16.7 step 5)', async () => {
    const { branches } = await invite();
    const [one, two] = branches as [(typeof branches)[0], (typeof branches)[0]];
    await proxy.receive(answer(two.text, 180), two.to);
    const busy = await proxy.receive(answer(one.text, 603), one.to);
    expect(statuses(busy)).toEqual([]);
    expect(statuses(await proxy.receive(answer(two.text, 200), two.to))).toEqual([200]);
  });
});

describe('CANCEL', () => {
  const parts = { via: VIA, callId: 'cancelled', branch: 'z9hG4bKcancelled' };

  it('is answered at once, goes to the branch, and the 487 ends the call (RFC 3261 9, 16.10)', async () => {
    const { branches } = await invite(parts);
    await proxy.receive(answer(first(branches).text, 180), BOB);
    const sent = await proxy.receive(request({ ...parts, method: 'CANCEL' }), CARRIER);
    expect(statuses(sent)).toEqual([200]);
    const [cancel] = requests(sent);
    expect(startLine(cancel?.text ?? '')).toBe(`CANCEL ${CONTACT} SIP/2.0`);
    expect(headers(cancel?.text ?? '', 'Via')).toEqual([header(first(branches).text, 'Via')]);
    expect(statuses(await proxy.receive(answer(first(branches).text, 487), BOB))).toEqual([487]);
  });

  it('waits for a provisional before it goes to the branch (RFC 3261 9.1)', async () => {
    const { branches } = await invite(parts);
    expect(requests(await proxy.receive(request({ ...parts, method: 'CANCEL' }), CARRIER))).toEqual([]);
    const sent = requests(await proxy.receive(answer(first(branches).text, 180), BOB));
    expect(sent.map(({ text }) => startLine(text))).toEqual([`CANCEL ${CONTACT} SIP/2.0`]);
  });

  it('ends the call with 487 when the branch never answers', async () => {
    const { branches } = await invite(parts);
    await proxy.receive(answer(first(branches).text, 180), BOB);
    await proxy.receive(request({ ...parts, method: 'CANCEL' }), CARRIER);
    expect(statuses(await proxy.advance(70_000))).toContain(487);
  });

  it('hands on the Reason that the caller gave (RFC 3326)', async () => {
    const { branches } = await invite(parts);
    await proxy.receive(answer(first(branches).text, 180), BOB);
    const cancel = request({ ...parts, method: 'CANCEL', headers: ['Reason: Q.850;cause=16'] });
    const [forwarded] = requests(await proxy.receive(cancel, CARRIER));
    expect(header(forwarded?.text ?? '', 'Reason')).toBe('Q.850;cause=16');
  });

  it('is 481 when there is nothing to cancel, and never forwarded', async () => {
    const sent = await proxy.receive(request({ ...parts, method: 'CANCEL' }), CARRIER);
    expect(statuses(sent)).toEqual([481]);
    expect(requests(sent)).toEqual([]);
  });

  it('from another address does not end the call (security R4)', async () => {
    const { branches } = await invite(parts);
    await proxy.receive(answer(first(branches).text, 180), BOB);
    const sent = await proxy.receive(request({ ...parts, method: 'CANCEL' }), 'udp:203.0.113.99:5060');
    expect(statuses(sent)).toEqual([481]);
    expect(requests(sent)).toEqual([]);
  });
});

describe('within a dialog', () => {
  const dialog = { callId: 'dialog', fromTag: 'caller' };

  async function established() {
    const { branches } = await invite(dialog);
    await proxy.receive(answer(first(branches).text, 200), BOB);
    return header(first(branches).text, 'Record-Route');
  }

  it('ACK and BYE follow the route to the callee without a password', async () => {
    const route = await established();
    const to = { uri: CONTACT, to: `sip:bob@${DOMAIN}`, toTag: 'callee', ...dialog, headers: [`Route: ${route}`] };
    const [ack] = await proxy.receive(request({ ...to, method: 'ACK', via: VIA }), CARRIER);
    expect([startLine(ack?.text ?? ''), ack?.to]).toEqual([`ACK ${CONTACT} SIP/2.0`, BOB]);
    expect(headers(ack?.text ?? '', 'Route')).toEqual([]);
    const [bye] = requests(await proxy.receive(request({ ...to, method: 'BYE', cseq: 2, via: VIA }), CARRIER));
    expect(bye?.to).toBe(BOB);
    expect(statuses(await proxy.receive(answer(bye?.text ?? '', 200), BOB))).toEqual([200]);
  });

  it('BYE of the callee goes to the caller', async () => {
    const route = await established();
    const bye = request({
      method: 'BYE',
      uri: 'sip:alice@203.0.113.7:5060',
      from: `sip:bob@${DOMAIN}`,
      fromTag: 'callee',
      to: `sip:alice@${DOMAIN}`,
      toTag: 'caller',
      callId: 'dialog',
      headers: [`Route: ${route}`],
    });
    const [forwarded] = requests(await proxy.receive(bye, BOB));
    expect(forwarded?.to).toBe(CARRIER);
  });

  it('keeps the routes of those behind us', async () => {
    const route = await established();
    const bye = request({
      method: 'BYE',
      uri: CONTACT,
      toTag: 'callee',
      ...dialog,
      headers: [`Route: ${route}, <sip:203.0.113.50;lr>`, 'Route: <sip:203.0.113.51;lr>'],
    });
    const [forwarded] = requests(await proxy.receive(bye, CARRIER));
    expect(forwarded?.to).toBe('udp:203.0.113.50:5060');
    expect(headers(forwarded?.text ?? '', 'Route').join(', ')).toBe('<sip:203.0.113.50;lr>, <sip:203.0.113.51;lr>');
  });

  it('an invented To tag opens no way to anybody (security R2)', async () => {
    const forged = { uri: 'sip:premium@203.0.113.66', toTag: 'invented', callId: 'forged' };
    for (const headers of [[], ['Route: <sip:192.0.2.1;lr>'], ['Route: <sip:192.0.2.1;lr;did=AAAAAAAAAAAAAAAA>']]) {
      for (const method of ['INVITE', 'BYE', 'ACK']) {
        const sent = await proxy.receive(request({ ...forged, method, headers }), 'udp:203.0.113.99:5060');
        expect(requests(sent)).toEqual([]);
        expect(statuses(sent)).toEqual(method === 'ACK' ? [] : [headers.length === 0 ? 404 : 481]);
      }
    }
  });

  it('the route of one dialog does not open another', async () => {
    const route = await established();
    const other = { uri: 'sip:premium@203.0.113.66', toTag: 'callee', callId: 'another', headers: [`Route: ${route}`] };
    expect(statuses(await proxy.receive(request({ ...other, method: 'INVITE' }), CARRIER))).toEqual([481]);
  });

  it('a route to somebody else is not followed before a dialog stands (security R1)', async () => {
    const { branches } = await invite({ headers: ['Route: <sip:203.0.113.66;lr>'] });
    expect(branches.map(({ to }) => to)).toEqual([BOB]);
    expect(headers(first(branches).text, 'Route')).toEqual([]);
  });
});

describe('a change of transport', () => {
  it('is record-routed twice, outbound on top, and both are removed on the way back (RFC 5658)', async () => {
    await registerAt(proxy, 'alice', 'sip:alice@198.51.100.9:5070;transport=tcp', 'tcp:198.51.100.9:40000');
    const sent = await proxy.receive(request({ via: VIA, uri: `sip:alice@${DOMAIN}`, fromTag: 'c1' }), CARRIER);
    const [branch] = requests(sent);
    expect(branch?.to).toBe('tcp:198.51.100.9:40000');
    expect(header(branch?.text ?? '', 'Via')).toContain('SIP/2.0/TCP 192.0.2.1');
    const routes = headers(branch?.text ?? '', 'Record-Route');
    expect(routes).toHaveLength(2);
    expect(routes[0]).toMatch(/^<sip:192\.0\.2\.1;transport=tcp;r2=on;lr;did=/);
    expect(routes[1]).toMatch(/^<sip:192\.0\.2\.1;r2=on;lr;did=/);
    await proxy.receive(answer(branch?.text ?? '', 200), 'tcp:198.51.100.9:40000');
    const bye = request({
      method: 'BYE',
      uri: 'sip:carrier@203.0.113.7:5060',
      callId: header(branch?.text ?? '', 'Call-ID'),
      fromTag: 'callee',
      toTag: 'c1',
      headers: routes.map((route) => `Route: ${route}`),
    });
    const [forwarded] = requests(await proxy.receive(bye, 'tcp:198.51.100.9:40000'));
    expect(forwarded?.to).toBe(CARRIER);
    expect(headers(forwarded?.text ?? '', 'Route')).toEqual([]);
  });

  it('falls back to the contact when the connection is gone (RFC 3261 16.9)', async () => {
    await registerAt(proxy, 'alice', 'sip:alice@198.51.100.9:5070;transport=tcp', 'tcp:198.51.100.9:40000');
    proxy.failing.add('tcp:198.51.100.9:40000');
    const sent = requests(await proxy.receive(request({ via: VIA, uri: `sip:alice@${DOMAIN}` }), CARRIER));
    expect(sent.map(({ to }) => to)).toEqual(['tcp:198.51.100.9:40000', 'tcp:198.51.100.9:5070']);
  });

  it('that fails is a line of the log, one a minute for each address', async () => {
    await registerAt(proxy, 'alice', 'sip:alice@198.51.100.9:5070;transport=tcp', 'tcp:198.51.100.9:40000');
    proxy.failing.add('tcp:198.51.100.9:40000');
    for (let i = 0; i < 2; i++) await proxy.receive(request({ via: VIA, uri: `sip:alice@${DOMAIN}` }), CARRIER);
    const lines = proxy.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'unreachable');
    expect(lines.map(({ msg }) => msg)).toEqual(['tcp:198.51.100.9:40000 can not be sent to: refused']);
  });

  it('is answered with 500 when no address can be reached', async () => {
    await registerAt(proxy, 'alice', 'sip:alice@198.51.100.9:5070;transport=tcp', 'tcp:198.51.100.9:40000');
    proxy.failing.add('tcp:198.51.100.9:40000').add('tcp:198.51.100.9:5070');
    const sent = await proxy.receive(request({ via: VIA, uri: `sip:alice@${DOMAIN}` }), CARRIER);
    expect(statuses(sent)).toEqual([100, 500]);
  });
});

describe('requests other than INVITE', () => {
  it('pass to the callee and back', async () => {
    const sent = await proxy.receive(request({ method: 'MESSAGE', via: VIA, body: 'hello' }), CARRIER);
    expect(statuses(sent)).toEqual([]);
    const [forwarded] = requests(sent);
    expect(headers(forwarded?.text ?? '', 'Record-Route')).toEqual([]);
    expect(statuses(await proxy.receive(answer(forwarded?.text ?? '', 200), BOB))).toEqual([200]);
  });

  it('get no 408 when nothing comes back (RFC 4320 4.2)', async () => {
    await proxy.receive(request({ method: 'MESSAGE', via: VIA }), CARRIER);
    expect(statuses(await proxy.advance(120_000))).toEqual([]);
    expect(proxy.proxy.servers.size).toBe(0);
  });
});

describe('our own users', () => {
  it('call with their password, which does not leave the proxy (RFC 3261 22.3)', async () => {
    const parts = { via: '198.51.100.1:5060', callId: 'own' };
    const phone = 'udp:198.51.100.1:5060';
    const [challenged] = await proxy.receive(request(parts), phone);
    const challenge = challengeOf(challenged?.text ?? '');
    const uri = `sip:bob@${DOMAIN}`;
    const proof = credentials(challenge, { username: 'alice', password: 'alice-password', method: 'INVITE', uri });
    const other =
      'Proxy-Authorization: Digest username="x", realm="carrier.example", nonce="1", uri="sip:x", response="2"';
    const sent = await proxy.receive(request({ ...parts, cseq: 2, headers: [proof, other] }), phone);
    const [branch] = requests(sent);
    expect(branch?.to).toBe(BOB);
    expect(headers(branch?.text ?? '', 'Proxy-Authorization').join()).toBe(other.slice('Proxy-Authorization: '.length));
  });
});
