import { beforeEach, describe, expect, it } from 'vitest';
import { answer, header, headers, request, requests, startLine, statuses } from '../messages.js';
import { DOMAIN, type Sent, type VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, contact, first, invite, only, phone, silentPort, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;
const dialog = { callId: 'dialog', fromTag: 'caller' };
const within = { ...dialog, toTag: 'callee', uri: contact(1), to: `sip:bob@${DOMAIN}`, cseq: 2, via: VIA };
const routesOf = (text: string) => headers(text, 'Record-Route').map((route) => `Route: ${route}`);

beforeEach(async () => {
  proxy = await trusted();
  await bind(proxy, {});
});

async function established(): Promise<Sent> {
  const branch = only((await invite(proxy, dialog)).branches);
  await proxy.receive(answer(branch.text, 200), branch.to);
  return branch;
}

describe('Record-Route (RFC 3261 16.6 step 4, 16.12)', () => {
  it.each(['INVITE', 'SUBSCRIBE', 'REFER'])('is written into %s, above those of others', async (method) => {
    const other = '<sip:203.0.113.50;lr>';
    const text = request({ method, via: VIA, headers: [`Record-Route: ${other}`] });
    const routes = headers(only(requests(await proxy.receive(text, CARRIER))).text, 'Record-Route');
    expect(routes).toHaveLength(2);
    expect(routes[0]).toMatch(/^<sip:192\.0\.2\.1;lr;did=[\w-]{16}>$/);
    expect(routes[1]).toBe(other);
  });

  it.each(['MESSAGE', 'OPTIONS', 'PUBLISH'])('is not written into %s', async (method) => {
    const branch = only(requests(await proxy.receive(request({ method, via: VIA }), CARRIER)));
    expect(headers(branch.text, 'Record-Route')).toEqual([]);
  });

  it('is doubled when the request leaves by another transport, outbound on top (RFC 5658 3.3)', async () => {
    await bind(proxy, { contact: 'sip:bob@198.51.100.1:5070;transport=tcp' });
    const { text } = only((await invite(proxy, dialog)).branches);
    expect(headers(text, 'Record-Route').map((route) => route.replace(/;did=.*/, ''))).toEqual([
      '<sip:192.0.2.1;transport=tcp;r2=on;lr',
      '<sip:192.0.2.1;r2=on;lr',
    ]);
  });

  it('is doubled when the request leaves by another address family (RFC 5658 3.3)', async () => {
    proxy = await trusted({ listen: ['udp:192.0.2.1:5060', 'udp:[2001:db8::1]:5060'] });
    await bind(proxy, { contact: 'sip:bob@[2001:db8::7]:5060' });
    const branch = only((await invite(proxy, dialog)).branches);
    expect(branch.to).toBe('udp:[2001:db8::7]:5060');
    expect(headers(branch.text, 'Record-Route').map((route) => route.replace(/;did=.*/, ''))).toEqual([
      '<sip:[2001:db8::1];r2=on;lr',
      '<sip:192.0.2.1;r2=on;lr',
    ]);
  });

  it.each([
    ['tls', 'sip:bob@198.51.100.1:5071;transport=tls', '<sip:192.0.2.1:5061;transport=tls;r2=on;lr'],
    ['ws', 'sip:bob@198.51.100.1:5072;transport=ws', '<sip:192.0.2.1:8080;transport=ws;r2=on;lr'],
  ])('is doubled between UDP and %s', async (protocol, uri, written) => {
    const listen = ['udp:192.0.2.1:5060', 'tls:192.0.2.1:5061', 'ws:192.0.2.1:8080'];
    proxy = await trusted({ listen });
    const flow = proxy.connect(`${protocol}:198.51.100.1:${protocol === 'tls' ? 5071 : 5072}`);
    await bind(proxy, { contact: uri, flow });
    const branch = only((await invite(proxy, dialog)).branches);
    expect(first(headers(branch.text, 'Record-Route')).replace(/;did=.*/, '')).toBe(written);
    expect(header(branch.text, 'Via')).toMatch(new RegExp(`^SIP/2.0/${protocol.toUpperCase()} 192.0.2.1:\\d+;branch`));
  });

  it('leads what comes back out by the interface that it names (RFC 5658 5)', async () => {
    proxy = await trusted({ listen: ['udp:192.0.2.1:5060', 'udp:192.0.2.2:5060', 'tcp:192.0.2.1:5060'] });
    await bind(proxy, { contact: 'sip:bob@198.51.100.1:5070;transport=tcp' });
    const invited = await proxy.receive(request({ ...dialog, via: VIA }), CARRIER, 'udp:192.0.2.2:5060');
    const branch = only(requests(invited));
    await proxy.receive(answer(branch.text, 200), branch.to);
    const bye = request({
      ...{ method: 'BYE', callId: 'dialog', fromTag: 'callee', toTag: 'caller', uri: 'sip:carrier@203.0.113.7' },
      headers: routesOf(branch.text),
    });
    const forwarded = only(requests(await proxy.receive(bye, 'tcp:198.51.100.1:5070')));
    expect([forwarded.to, forwarded.by]).toEqual([CARRIER, 'udp:192.0.2.2:5060']);
    expect(headers(forwarded.text, 'Route')).toEqual([]);
  });
});

describe('sips (RFC 3261 16.6 step 4, 26.2.2, RFC 5630)', () => {
  const listen = ['udp:192.0.2.1:5060', 'tcp:192.0.2.1:5060', 'tls:192.0.2.1:5061'];
  const call = (parts: object = {}) =>
    proxy.receive(request({ ...dialog, via: VIA, ...parts }), 'tls:203.0.113.7:40000');

  beforeEach(async () => {
    proxy = await trusted({ listen });
  });

  it('is record-routed with sips', async () => {
    await bind(proxy, { contact: 'sips:bob@198.51.100.1:5061' });
    const branch = only(requests(await call({ uri: `sips:bob@${DOMAIN}` })));
    expect(branch.to).toBe('tls:198.51.100.1:5061');
    expect(headers(branch.text, 'Record-Route').join()).toMatch(/^<sips:192\.0\.2\.1:5061;lr;did=[\w-]{16}>$/);
  });

  it('is never sent in the clear: 480 (RFC 5630 5.3)', async () => {
    await bind(proxy, { contact: 'sips:bob@198.51.100.1', received: 'sip:198.51.100.1:5060' });
    const sent = await call({ uri: `sips:bob@${DOMAIN}` });
    expect(requests(sent)).toEqual([]);
    expect(statuses(sent)).toEqual([100, 480]);
  });

  it('is dialled over TLS when the contact is sips and the caller came by UDP, with both interfaces recorded', async () => {
    await bind(proxy, { contact: 'sips:bob@198.51.100.1:5061' });
    const branch = only((await invite(proxy, dialog)).branches);
    expect(headers(branch.text, 'Record-Route').map((route) => route.replace(/;did=.*/, ''))).toEqual([
      '<sips:192.0.2.1:5061;r2=on;lr',
      '<sip:192.0.2.1;r2=on;lr',
    ]);
  });
});

describe('requests of a dialog (RFC 3261 16.4, 16.11)', () => {
  it('go to the Request-URI when no Route is left', async () => {
    const branch = await established();
    const bye = request({ ...within, method: 'BYE', headers: routesOf(branch.text) });
    const forwarded = only(requests(await proxy.receive(bye, CARRIER)));
    expect([forwarded.to, startLine(forwarded.text)]).toEqual([phone(1), `BYE ${contact(1)} SIP/2.0`]);
  });

  it('are not forked and not record-routed again', async () => {
    const branch = await established();
    const again = request({ ...within, method: 'INVITE', headers: routesOf(branch.text) });
    const forwarded = only(requests(await proxy.receive(again, CARRIER)));
    expect(headers(forwarded.text, 'Record-Route')).toEqual([]);
  });

  it('ACK of a 2xx passes without a state, with the same branch each time (16.11)', async () => {
    const branch = await established();
    const size = proxy.proxy.clients.size;
    const ack = request({ ...within, method: 'ACK', cseq: 1, headers: routesOf(branch.text) });
    const [one, two] = [await proxy.receive(ack, CARRIER), await proxy.receive(ack, CARRIER)].map((sent) => only(sent));
    expect(one?.text).toBe(two?.text);
    expect(header(one?.text ?? '', 'Via')).not.toBe(header(branch.text, 'Via'));
    expect(headers(one?.text ?? '', 'Max-Breadth')).toEqual([]);
    expect(proxy.proxy.clients.size).toBe(size);
    const other = request({ ...within, method: 'ACK', cseq: 1, headers: routesOf(branch.text) });
    expect(header(only(await proxy.receive(other, CARRIER)).text, 'Via')).not.toBe(header(one?.text ?? '', 'Via'));
  });

  it('ACK that goes in a circle is dropped without an answer (16.3 step 4)', async () => {
    const branch = await established();
    const ack = request({ ...within, method: 'ACK', cseq: 1, headers: routesOf(branch.text) });
    const { text } = only(await proxy.receive(ack, CARRIER));
    expect(await proxy.receive(text, phone(1))).toEqual([]);
  });

  it('with a token of ours for another dialog, or none, go nowhere (security R2)', async () => {
    const branch = await established();
    const foreign = { ...within, callId: 'another', uri: 'sip:premium@203.0.113.66', headers: routesOf(branch.text) };
    for (const method of ['BYE', 'INVITE', 'ACK']) {
      expect(requests(await proxy.receive(request({ ...foreign, method }), 'udp:203.0.113.99:5060'))).toEqual([]);
    }
    expect(statuses(await proxy.receive(request({ ...within, method: 'BYE' }), CARRIER))).toEqual([404]);
  });
});

describe('large requests (RFC 3261 18.1.1)', () => {
  const large = { ...dialog, body: 'x'.repeat(1300) };

  it('go by TCP instead of UDP, with a Via that says so', async () => {
    const { branches } = await invite(proxy, large);
    expect(branches.map(({ to }) => to)).toEqual(['tcp:198.51.100.1:5060']);
    expect(header(only(branches).text, 'Via')).toMatch(/^SIP\/2\.0\/TCP 192\.0\.2\.1;branch=/);
    expect(headers(only(branches).text, 'Record-Route')).toHaveLength(2);
  });

  it('go by UDP after all when the connection is refused', async () => {
    proxy.failing.add('tcp:198.51.100.1:5060');
    const { branches } = await invite(proxy, large);
    expect(branches.map(({ to }) => to)).toEqual(['tcp:198.51.100.1:5060', phone(1)]);
    expect(header(branches[1]?.text ?? '', 'Via')).toMatch(/^SIP\/2\.0\/UDP /);
    expect(statuses(await proxy.receive(answer(branches[1]?.text ?? '', 200), phone(1)))).toEqual([200]);
  });

  it('are those of more than 1300 octets as they are sent', async () => {
    const size = only((await invite(proxy, { ...dialog, body: 'x'.repeat(100) })).branches).text.length;
    const exact = (octets: number) => invite(proxy, { callId: 'dialog', fromTag: 'caller', body: 'x'.repeat(octets) });
    // The branch of each request is another one, and may be longer by an octet or two.
    const small = only((await exact(1300 - size + 90)).branches);
    expect([small.to, small.text.length <= 1300]).toEqual([phone(1), true]);
    const tooLarge = only((await exact(1300 - size + 110)).branches);
    expect([tooLarge.to, tooLarge.text.length > 1300]).toEqual(['tcp:198.51.100.1:5060', true]);
  });

  it('stay on UDP when the phone is behind a NAT, when there is no TCP, and when it is set so', async () => {
    await bind(proxy, { contact: 'sip:bob@192.168.1.2', received: 'sip:198.51.100.1:5060' });
    expect(only((await invite(proxy, large)).branches).to).toBe(phone(1));
    proxy = await trusted({ listen: ['udp:192.0.2.1:5060'] });
    await bind(proxy, {});
    expect(only((await invite(proxy, large)).branches).to).toBe(phone(1));
    proxy = await trusted({ flags: { 'proxy-udp-size': '0' } });
    await bind(proxy, {});
    expect(only((await invite(proxy, large)).branches).to).toBe(phone(1));
  });

  it('may be an ACK, which falls back too', async () => {
    const branch = await established();
    proxy.failing.add('tcp:198.51.100.1:5060');
    const ack = { ...within, method: 'ACK', cseq: 1, headers: routesOf(branch.text), body: large.body };
    const sent = await proxy.receive(request(ack), CARRIER);
    expect(sent.map(({ to }) => to)).toEqual(['tcp:198.51.100.1:5060', phone(1)]);
  });
});

describe('phones behind a NAT', () => {
  const users = { subscribers: [{ username: 'alice', password: 'alice-password' }] };
  const alice = { ...dialog, from: 'sip:alice@elsewhere.example', via: '192.168.1.5:5060' };
  const NATTED = 'udp:198.51.100.50:40000';
  const calls = (parts: object, from: string) => proxy.receive(request({ ...alice, ...parts }), from);

  beforeEach(async () => {
    proxy = await trusted({ ...users, flags: { 'auth-accept-foreign': 'yes' } });
    await bind(proxy, { contact: 'sip:bob@192.168.1.2:5060', received: 'sip:198.51.100.1:5060' });
  });

  it('are named in their Contact by where they came from', async () => {
    const branch = only(requests(await calls({ headers: ['Contact: "A" <sip:alice@192.168.1.5:5060>;x=1'] }, NATTED)));
    expect(header(branch.text, 'Contact')).toBe('"A" <sip:alice@192.168.1.5:5060;alias=198.51.100.50~40000~1>;x=1');
    const bare = only(requests(await calls({ callId: 'b', headers: ['Contact: sip:alice@192.168.1.5;x=1'] }, NATTED)));
    expect(header(bare.text, 'Contact')).toBe('<sip:alice@192.168.1.5;alias=198.51.100.50~40000~1>;x=1');
  });

  it('are reached there by requests of the dialog, without the alias', async () => {
    const branch = only(requests(await calls({ headers: ['Contact: <sip:alice@192.168.1.5:5060>'] }, NATTED)));
    await proxy.receive(answer(branch.text, 200), phone(1));
    const bye = request({
      ...{ method: 'BYE', callId: 'dialog', fromTag: 'callee', toTag: 'caller' },
      uri: header(branch.text, 'Contact').slice(1, -1),
      headers: routesOf(branch.text),
    });
    const forwarded = only(requests(await proxy.receive(bye, phone(1))));
    expect([forwarded.to, startLine(forwarded.text)]).toEqual([NATTED, 'BYE sip:alice@192.168.1.5:5060 SIP/2.0']);
  });

  it('are named so in their responses too', async () => {
    const branch = only((await invite(proxy, dialog)).branches);
    for (const status of [180, 200]) {
      const [sent] = await proxy.receive(
        answer(branch.text, status, ['Contact: <sip:bob@192.168.1.2:5060>']),
        phone(1),
      );
      expect(header(sent?.text ?? '', 'Contact')).toBe('<sip:bob@192.168.1.2:5060;alias=198.51.100.1~5060~1>');
    }
    const uri = 'sip:bob@192.168.1.2:5060;alias=198.51.100.1~5060~1';
    const ack = request({ ...within, method: 'ACK', cseq: 1, uri, headers: routesOf(branch.text) });
    expect(only(await proxy.receive(ack, CARRIER)).to).toBe(phone(1));
  });

  it('are not named so in a redirection', async () => {
    const branch = only((await invite(proxy, dialog)).branches);
    const sent = await proxy.receive(answer(branch.text, 302, ['Contact: <sip:bob@192.168.1.9>']), phone(1));
    const [moved] = sent.filter(({ text }) => text.startsWith('SIP'));
    expect(header(moved?.text ?? '', 'Contact')).toBe('<sip:bob@192.168.1.9>');
  });

  it('on a connection are reached on it, or where their contact says when it is gone', async () => {
    const parts = { headers: ['Contact: <sip:alice@198.51.100.50:5060;transport=tcp>'] };
    const from = 'tcp:198.51.100.50:40000';
    const branch = only(requests(await calls(parts, from)));
    const uri = header(branch.text, 'Contact').slice(1, -1);
    expect(uri).toBe('sip:alice@198.51.100.50:5060;transport=tcp;alias=198.51.100.50~40000~2');
    await proxy.receive(answer(branch.text, 200), phone(1));
    const bye = { method: 'BYE', callId: 'dialog', fromTag: 'callee', toTag: 'caller', uri };
    proxy.failing.add(from);
    const sent = requests(await proxy.receive(request({ ...bye, headers: routesOf(branch.text) }), phone(1)));
    expect(sent.map(({ to }) => to)).toEqual([from, 'tcp:198.51.100.50:5060']);
  });

  it('on a WebSocket are reached on it, and nobody asks for the name that they have made up (RFC 7118 5)', async () => {
    const silent = await silentPort();
    const flags = { 'auth-accept-foreign': 'yes', 'dns-servers': `127.0.0.1:${silent.address().port}` };
    proxy = await trusted({ flags, listen: ['udp:192.0.2.1:5060', 'ws:192.0.2.1:8080'] });
    await bind(proxy, {});
    const from = 'ws:198.51.100.50:40000';
    const made = { via: 'abc.invalid', headers: ['Contact: <sip:alice@abc.invalid;transport=ws>'] };
    const branch = only(requests(await calls(made, from)));
    await proxy.receive(answer(branch.text, 200), phone(1));
    const uri = header(branch.text, 'Contact').slice(1, -1);
    const bye = { method: 'BYE', callId: 'dialog', fromTag: 'callee', toTag: 'caller', uri };
    const sent = requests(await proxy.receive(request({ ...bye, headers: routesOf(branch.text) }), phone(1)));
    silent.close();
    expect(sent.map(({ to, text }) => [to, startLine(text)])).toEqual([
      [from, 'BYE sip:alice@abc.invalid;transport=ws SIP/2.0'],
    ]);
  });

  it('are left alone when they are not behind one, when another proxy came first, and when it is set so', async () => {
    const plain = { via: '198.51.100.50:5060', headers: ['Contact: <sip:alice@198.51.100.50:5060>'] };
    const named = async (parts: object, from: string) =>
      header(only(requests(await calls(parts, from))).text, 'Contact');
    expect(await named({ ...plain, callId: '1' }, 'udp:198.51.100.50:5060')).not.toContain('alias');
    const natted = ['Contact: <sip:alice@192.168.1.5:5060>'];
    const proxied = [...natted, 'Via: SIP/2.0/UDP 192.168.1.9;branch=z9hG4bKfirst'];
    expect(await named({ headers: proxied, callId: '2' }, NATTED)).not.toContain('alias');
    proxy = await trusted({ flags: { 'nat-alias': 'no', 'auth-accept-foreign': 'yes' } });
    await bind(proxy, {});
    expect(await named({ headers: natted, callId: '3' }, NATTED)).not.toContain('alias');
  });

  it.each(['1.2.3.4~5060', '1.2.3.4~0~1', '1.2.3.4~70000~1', 'name~5060~1', '1.2.3.4~5060~9', '1.2.3.4~5060~1~1', ''])(
    'are not looked for by the alias %j, which is none',
    async (alias) => {
      await bind(proxy, {});
      const branch = await established();
      const bye = { ...within, method: 'BYE', uri: `${contact(1)};alias=${alias}`, headers: routesOf(branch.text) };
      expect(only(requests(await proxy.receive(request(bye), CARRIER))).to).toBe(phone(1));
    },
  );
});
