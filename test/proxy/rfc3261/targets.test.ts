import { beforeEach, describe, expect, it } from 'vitest';
import { answer, request, requests, startLine, statuses } from '../messages.js';
import { DOMAIN, type VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, contact, first, invite, methods, only, phone, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;

beforeEach(async () => {
  proxy = await trusted();
});

const destinations = (sent: readonly { to: string }[]) => sent.map(({ to }) => to).sort();

describe('the target set (RFC 3261 16.5)', () => {
  it('has a URI once, however it is written (16.5)', async () => {
    await bind(proxy, {}, { contact: 'sip:bob@198.51.100.1:5060;odd=1' }, { contact: 'SIP:%62ob@198.51.100.1:5060' });
    expect(destinations((await invite(proxy)).branches)).toEqual([phone(1)]);
  });

  it('has two phones that have the same address behind two NATs', async () => {
    const uri = 'sip:bob@192.168.1.2:5060';
    await bind(
      proxy,
      { contact: uri, received: 'sip:198.51.100.1:5060' },
      { contact: uri, received: 'sip:198.51.100.2:5060' },
    );
    expect(destinations((await invite(proxy)).branches)).toEqual([phone(1), phone(2)]);
  });

  it('of a domain that is not ours is the Request-URI (16.5)', async () => {
    const { branches } = await invite(proxy, { uri: 'sip:friend@203.0.113.66' });
    expect(branches.map(({ text }) => startLine(text))).toEqual(['INVITE sip:friend@203.0.113.66 SIP/2.0']);
  });

  it('leaves out headers and the method of a URI, and nothing else (16.6 step 2)', async () => {
    await bind(proxy, { contact: 'sip:bob@198.51.100.1:5060;a=1;Method=BYE;b?Subject=x' });
    expect(startLine(only((await invite(proxy)).branches).text)).toBe('INVITE sip:bob@198.51.100.1:5060;a=1;b SIP/2.0');
    const { branches } = await invite(proxy, { uri: 'sip:friend@203.0.113.66;method=INVITE?Replaces=x' });
    expect(startLine(only(branches).text)).toBe('INVITE sip:friend@203.0.113.66 SIP/2.0');
  });

  it('keeps a question mark in the user part (16.6 step 2)', async () => {
    await bind(proxy, { contact: 'sip:bob?x;method=y@198.51.100.1:5060' });
    const { branches } = await invite(proxy);
    expect(startLine(only(branches).text)).toBe('INVITE sip:bob?x;method=y@198.51.100.1:5060 SIP/2.0');
  });
});

describe('sequential forking (RFC 3261 16.6)', () => {
  it('tries contacts of the same q at once, and the others when these have refused', async () => {
    await bind(proxy, { q: 0.5 }, { q: 1 }, { q: 1 }, {});
    const { branches } = await invite(proxy);
    expect(destinations(branches)).toEqual([phone(2), phone(3)]);
    const [one, two] = branches;
    expect(methods(await proxy.receive(answer(one?.text ?? '', 486), one?.to ?? ''))).toEqual(['ACK']);
    const next = requests(await proxy.receive(answer(two?.text ?? '', 480), two?.to ?? ''));
    expect(next.map(({ text, to }) => `${text.slice(0, 3)} ${to}`)).toEqual([`ACK ${two?.to}`, `INV ${phone(1)}`]);
    const third = requests(await proxy.receive(answer(next[1]?.text ?? '', 404), phone(1)));
    expect(third.map(({ to }) => to)).toEqual([phone(1), phone(4)]);
    expect(statuses(await proxy.receive(answer(third[1]?.text ?? '', 486), phone(4)))).toEqual([404]);
  });

  it('ends with the first 2xx', async () => {
    await bind(proxy, { q: 1 }, { q: 0.5 });
    const sent = await proxy.receive(answer(only((await invite(proxy)).branches).text, 200), phone(1));
    expect(requests(sent)).toEqual([]);
    expect(statuses(sent)).toEqual([200]);
  });

  it('does not go on after a 6xx (16.7 step 5)', async () => {
    await bind(proxy, { q: 1 }, { q: 0.5 });
    const sent = await proxy.receive(answer(only((await invite(proxy)).branches).text, 603), phone(1));
    expect(methods(sent)).toEqual(['ACK']);
    expect(statuses(sent)).toEqual([603]);
  });

  it('does not go on after CANCEL (16.10)', async () => {
    await bind(proxy, { q: 1 }, { q: 0.5 });
    const parts = { branch: 'z9hG4bKcancel', callId: 'cancel' };
    const { branches } = await invite(proxy, parts);
    await proxy.receive(answer(only(branches).text, 180), phone(1));
    await proxy.receive(request({ ...parts, method: 'CANCEL', via: VIA }), CARRIER);
    const sent = await proxy.receive(answer(only(branches).text, 487), phone(1));
    expect(methods(sent)).toEqual(['ACK']);
    expect(statuses(sent)).toEqual([487]);
  });

  it('goes on when a contact does not answer at all', async () => {
    await bind(proxy, { q: 1 }, { q: 0.5 });
    await invite(proxy);
    const later = requests(await proxy.advance(32_000)).filter(({ to }) => to === phone(2));
    expect(later.length).toBeGreaterThan(0);
  });

  it('becomes parallel by a setting, as in Kamailio', async () => {
    const kamailio = await trusted({ flags: { 'proxy-fork': 'parallel' } });
    await bind(kamailio, { q: 1 }, { q: 0.5 });
    expect(destinations((await invite(kamailio)).branches)).toEqual([phone(1), phone(2)]);
  });
});

describe('several flows of one phone (RFC 5626 5.3)', () => {
  const instance = 'urn:uuid:00000000-0000-1000-8000-000a95a0e128';
  const flow = (n: number, modified: number) => ({
    contact: 'sip:bob@192.168.1.2',
    received: `sip:198.51.100.${n}:5060`,
    instance,
    regId: n,
    modified,
  });

  it('get the request one at a time, the newest first', async () => {
    await bind(proxy, flow(1, 1), flow(2, 2));
    expect(destinations((await invite(proxy)).branches)).toEqual([phone(2)]);
  });

  it.each([430, 408, 503])('are followed by the next when one answers %i', async (status) => {
    await bind(proxy, flow(1, 1), flow(2, 2));
    const { branches } = await invite(proxy);
    const sent = await proxy.receive(answer(only(branches).text, status), phone(2));
    expect(requests(sent).map(({ to }) => to)).toEqual([phone(2), phone(1)]);
    expect(statuses(sent)).toEqual([]);
    expect(statuses(await proxy.receive(answer(requests(sent)[1]?.text ?? '', 200), phone(1)))).toEqual([200]);
  });

  it('are not tried further when the phone has refused', async () => {
    await bind(proxy, flow(1, 1), flow(2, 2));
    const sent = await proxy.receive(answer(only((await invite(proxy)).branches).text, 486), phone(2));
    expect(methods(sent)).toEqual(['ACK']);
    expect(statuses(sent)).toEqual([486]);
  });

  it('of two phones ring both', async () => {
    await bind(proxy, flow(1, 1), flow(2, 2), { ...flow(3, 3), instance: 'urn:uuid:other' });
    expect(destinations((await invite(proxy)).branches)).toEqual([phone(2), phone(3)]);
  });

  it('go over the connection that the phone has opened, and over no other', async () => {
    const one = proxy.connect('tcp:198.51.100.8:40001');
    const two = proxy.connect('tcp:198.51.100.8:40002');
    const socket = 'tcp:192.0.2.1:5060';
    const by = (connection: typeof one, regId: number) => ({
      ...{
        contact: 'sip:bob@192.168.1.2;transport=tcp',
        received: `sip:198.51.100.8:${connection.port};transport=tcp`,
      },
      ...{ instance, regId, modified: regId, socket, flow: connection },
    });
    await bind(proxy, by(one, 1), by(two, 2));
    expect(destinations((await invite(proxy)).branches)).toEqual(['tcp:198.51.100.8:40002']);
    two.closed = true;
    expect(destinations((await invite(proxy)).branches)).toEqual(['tcp:198.51.100.8:40001']);
  });
});

describe('redirection (RFC 3261 16.7 step 4)', () => {
  const moved = ['Contact: <sip:new@203.0.113.50>;q=0.9, <sip:other@203.0.113.51>;q=0.1'];

  it('is passed on to the caller', async () => {
    await bind(proxy, {});
    const sent = await proxy.receive(answer(only((await invite(proxy)).branches).text, 302, moved), phone(1));
    expect(statuses(sent)).toEqual([302]);
    expect(methods(sent)).toEqual(['ACK']);
  });

  it('is followed by a setting, in the order of q, and no URI twice', async () => {
    const recursing = await trusted({ flags: { 'proxy-recurse': 'yes' } });
    await bind(recursing, {});
    const one = await recursing.receive(answer(only((await invite(recursing)).branches).text, 302, moved), phone(1));
    expect(requests(one).map(({ to }) => to)).toEqual([phone(1), 'udp:203.0.113.50:5060']);
    const again = [`Contact: <${contact(1)}>, <sip:new@203.0.113.50>`];
    const two = await recursing.receive(answer(requests(one)[1]?.text ?? '', 302, again), 'udp:203.0.113.50:5060');
    expect(requests(two).map(({ to }) => to)).toEqual(['udp:203.0.113.50:5060', 'udp:203.0.113.51:5060']);
    const end = await recursing.receive(answer(requests(two)[1]?.text ?? '', 486), 'udp:203.0.113.51:5060');
    expect(statuses(end)).toEqual([302]);
  });

  it('is not followed to where the rules do not let the caller call (security R3)', async () => {
    const rules = [{ type: 'D' as const, rule: 'ALL : "^sip:new@"' }];
    const recursing = await trusted({ flags: { 'proxy-recurse': 'yes' }, rules });
    await bind(recursing, {});
    const only302 = ['Contact: <sip:new@203.0.113.50>'];
    const { branches } = await invite(recursing);
    expect(statuses(await recursing.receive(answer(only(branches).text, 302, only302), phone(1)))).toEqual([302]);
  });

  it('in circles comes to an end', async () => {
    const recursing = await trusted({ flags: { 'proxy-recurse': 'yes' } });
    await bind(recursing, {});
    let { text, to } = first((await invite(recursing)).branches);
    let tried = 0;
    for (; tried < 50; tried++) {
      const sent = await recursing.receive(answer(text, 302, [`Contact: <sip:n${tried}@203.0.113.50>`]), to);
      const next = requests(sent).find((each) => each.text.startsWith('INVITE'));
      if (next === undefined) break;
      ({ text, to } = next);
    }
    expect(tried).toBe(10);
  });
});

it('a request for nobody who is registered is answered 404, and not forwarded (RFC 3261 16.5)', async () => {
  const sent = await proxy.receive(request({ via: VIA, uri: `sip:nobody@${DOMAIN}` }), CARRIER);
  expect(statuses(sent)).toEqual([404]);
  expect(requests(sent)).toEqual([]);
});
