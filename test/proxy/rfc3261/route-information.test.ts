import { beforeEach, describe, expect, it } from 'vitest';
import { answer, header, headers, request, requests, startLine, statuses } from '../messages.js';
import { DOMAIN, type VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, contact, first, invite, only, phone, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;

beforeEach(async () => {
  proxy = await trusted();
  await bind(proxy, {});
});

describe('Route information (RFC 3261 16.4)', () => {
  const dialog = { callId: 'strict', fromTag: 'caller' };

  /** The URI in our Record-Route of a call that stands. */
  async function recorded(): Promise<string> {
    const { branches } = await invite(proxy, dialog);
    await proxy.receive(answer(first(branches).text, 200), phone(1));
    return header(first(branches).text, 'Record-Route').slice(1, -1);
  }

  it('takes the Request-URI back from the end of Route when a strict router has put ours there (16.4)', async () => {
    const uri = await recorded();
    const bye = { ...dialog, method: 'BYE', uri, toTag: 'callee', cseq: 2, via: VIA };
    const sent = await proxy.receive(request({ ...bye, headers: [`Route: <${contact(1)}>`] }), CARRIER);
    const forwarded = only(requests(sent));
    expect(startLine(forwarded.text)).toBe(`BYE ${contact(1)} SIP/2.0`);
    expect(forwarded.to).toBe(phone(1));
    expect(headers(forwarded.text, 'Route')).toEqual([]);
  });

  it('leaves the routes between where a strict router has left them', async () => {
    const uri = await recorded();
    const routes = ['Route: <sip:203.0.113.50;lr>, <sip:203.0.113.51;lr>', `Route: <${contact(1)}>`];
    const bye = { ...dialog, method: 'BYE', uri, toTag: 'callee', cseq: 2, via: VIA };
    const forwarded = only(requests(await proxy.receive(request({ ...bye, headers: routes }), CARRIER)));
    expect(forwarded.to).toBe('udp:203.0.113.50:5060');
    expect(startLine(forwarded.text)).toBe(`BYE ${contact(1)} SIP/2.0`);
    expect(headers(forwarded.text, 'Route').join(', ')).toBe('<sip:203.0.113.50;lr>, <sip:203.0.113.51;lr>');
  });

  it('does not take a Request-URI with an invented token for ours (security R2)', async () => {
    const uri = 'sip:192.0.2.1;lr;did=AAAAAAAAAAAAAAAA';
    const forged = { callId: 'forged', method: 'BYE', uri, toTag: 'x', headers: ['Route: <sip:203.0.113.66>'] };
    const sent = await proxy.receive(request(forged), 'udp:203.0.113.99:5060');
    expect(requests(sent)).toEqual([]);
    expect(statuses(sent)).toEqual([481]);
  });

  it.each([
    ['our address', `sip:bob@${DOMAIN};maddr=192.0.2.1`],
    ['our domain', `sip:bob@${DOMAIN};maddr=${DOMAIN}`],
    ['our address, port and transport', `sip:bob@${DOMAIN}:5060;transport=udp;maddr=192.0.2.1`],
  ])('leaves out a maddr that is %s (16.4)', async (_name, uri) => {
    const { branches } = await invite(proxy, { uri });
    expect(branches.map(({ to }) => to)).toEqual([phone(1)]);
  });

  it('leaves out the port and the transport beside a maddr that is ours, when it came by them (16.4)', async () => {
    const uri = 'sip:friend@203.0.113.66:5070;transport=tcp;maddr=192.0.2.1';
    const one = await trusted({ listen: ['udp:192.0.2.1:5060', 'tcp:192.0.2.1:5070', 'udp:192.0.2.1:5062'] });
    const sent = await one.receive(request({ via: VIA, uri }), 'tcp:203.0.113.7:40000');
    expect(requests(sent).map(({ text, to }) => [startLine(text), to])).toEqual([
      ['INVITE sip:friend@203.0.113.66 SIP/2.0', 'udp:203.0.113.66:5060'],
    ]);
  });

  it('keeps a maddr that is not ours, or another port than it came by, and sends to the host (security R6)', async () => {
    const two = await trusted({ listen: ['udp:192.0.2.1:5060', 'udp:192.0.2.1:5070'] });
    for (const uri of ['sip:friend@203.0.113.66;maddr=203.0.113.99', 'sip:friend@203.0.113.66:5070;maddr=192.0.2.1']) {
      const { branches } = await invite(two, { uri });
      expect(startLine(only(branches).text)).toBe(`INVITE ${uri} SIP/2.0`);
      expect(only(branches).to).toContain('udp:203.0.113.66:');
    }
  });

  it('follows no Route of a request that begins something, ours or not (security R1)', async () => {
    for (const route of ['<sip:192.0.2.1;lr>', '<sip:203.0.113.66;lr>', '<sip:192.0.2.1;lr>, <sip:203.0.113.66;lr>']) {
      const { branches } = await invite(proxy, { headers: [`Route: ${route}`] });
      expect(branches.map(({ to }) => to)).toEqual([phone(1)]);
      expect(headers(first(branches).text, 'Route')).toEqual([]);
    }
  });
});

describe('a next hop that is a strict router (RFC 3261 16.6 step 6)', () => {
  it('finds itself in the Request-URI and the target at the end of Route', async () => {
    const { branches } = await invite(proxy, { callId: 'next', fromTag: 'caller' });
    await proxy.receive(answer(first(branches).text, 200), phone(1));
    const routes = [header(first(branches).text, 'Record-Route'), '<sip:203.0.113.50>', '<sip:203.0.113.51;lr>'];
    const parts = { callId: 'next', fromTag: 'caller', toTag: 'callee', via: VIA, cseq: 2, uri: contact(1) };
    const bye = request({ ...parts, method: 'BYE', headers: routes.map((route) => `Route: ${route}`) });
    const forwarded = only(requests(await proxy.receive(bye, CARRIER)));
    expect(forwarded.to).toBe('udp:203.0.113.50:5060');
    expect(startLine(forwarded.text)).toBe('BYE sip:203.0.113.50 SIP/2.0');
    expect(headers(forwarded.text, 'Route')).toEqual(['<sip:203.0.113.51;lr>', `<${contact(1)}>`]);
  });

  it('in a Path is treated so too (RFC 3327)', async () => {
    await bind(proxy, { path: ['<sip:203.0.113.50>', '<sip:203.0.113.51;lr>'] });
    const forwarded = only((await invite(proxy)).branches);
    expect(forwarded.to).toBe('udp:203.0.113.50:5060');
    expect(startLine(forwarded.text)).toBe('INVITE sip:203.0.113.50 SIP/2.0');
    expect(headers(forwarded.text, 'Route').join(', ')).toBe(`<sip:203.0.113.51;lr>, <${contact(1)}>`);
  });

  it('in a Path that is loose stays in Route (RFC 3327 5.3)', async () => {
    await bind(proxy, { path: ['<sip:203.0.113.50;lr>', '<sip:203.0.113.51;lr>'] });
    const forwarded = only((await invite(proxy)).branches);
    expect(startLine(forwarded.text)).toBe(`INVITE ${contact(1)} SIP/2.0`);
    expect(headers(forwarded.text, 'Route').join(', ')).toBe('<sip:203.0.113.50;lr>, <sip:203.0.113.51;lr>');
    expect(forwarded.to).toBe('udp:203.0.113.50:5060');
  });
});
