import { beforeEach, describe, expect, it } from 'vitest';
import { answer, header, headers, request, requests, startLine, statuses } from '../messages.js';
import type { Sent, VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, first, invite, methods, only, phone, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;

beforeEach(async () => {
  proxy = await trusted();
});

async function twoBranches(parts: object = {}): Promise<[Sent, Sent]> {
  await bind(proxy, {}, {});
  const { branches } = await invite(proxy, parts);
  return branches as [Sent, Sent];
}

const reply = (to: Sent, status: number, more: readonly string[] = [], tag?: string) =>
  proxy.receive(answer(to.text, status, more, tag), to.to);

describe('provisional responses (RFC 3261 16.7)', () => {
  it('other than 100 pass at once, 100 never (16.7 step 5)', async () => {
    const [one] = await twoBranches();
    expect(await reply(one, 100)).toEqual([]);
    for (const status of [180, 183, 199]) expect(statuses(await reply(one, status))).toEqual([status]);
  });

  it('reset timer C, but 100 does not (16.7 step 2)', async () => {
    await bind(proxy, {});
    const { branches } = await invite(proxy);
    await reply(only(branches), 180);
    await proxy.advance(170_000);
    await reply(only(branches), 180);
    expect(methods(await proxy.advance(180_000))).toEqual([]);
    await reply(only(branches), 100);
    expect(methods(await proxy.advance(1_100))).toEqual(['CANCEL']);
  });

  it('that come after the final response are dropped (16.7 step 5)', async () => {
    const [one, two] = await twoBranches();
    await reply(two, 180);
    await reply(one, 200);
    expect(statuses(await reply(two, 183))).toEqual([]);
  });

  it('that come after the CANCEL of the caller are dropped', async () => {
    const parts = { branch: 'z9hG4bKlate', callId: 'late' };
    const [one] = await twoBranches(parts);
    await proxy.receive(request({ ...parts, method: 'CANCEL', via: VIA }), CARRIER);
    expect(statuses(await reply(one, 180))).toEqual([]);
  });

  it('lose our Via and nothing else (16.7 step 3)', async () => {
    const [one] = await twoBranches();
    const [sent] = await reply(one, 183, ['X-Odd:  1', 'Contact: <sip:bob@198.51.100.1>']);
    expect(headers(sent?.text ?? '', 'Via')).toHaveLength(1);
    expect(sent?.text).toContain('\r\nX-Odd:  1\r\nContact: <sip:bob@198.51.100.1>\r\n');
    expect(header(sent?.text ?? '', 'Record-Route')).toBe(header(one.text, 'Record-Route'));
  });
});

describe('2xx responses (RFC 3261 16.7)', () => {
  it('to INVITE pass from every branch, and each time they are repeated (16.7 step 5, RFC 6026 7.2)', async () => {
    const [one, two] = await twoBranches();
    const tags = [];
    for (const [branch, tag] of [
      [one, 'a'],
      [two, 'b'],
      [one, 'a'],
    ] as const) {
      const sent = await reply(branch, 200, [], tag);
      expect(statuses(sent)).toEqual([200]);
      tags.push(/tag=(\w+)/.exec(header(first(sent).text, 'To'))?.[1]);
    }
    expect(tags).toEqual(['a', 'b', 'a']);
  });

  it('to INVITE pass even after another final response (16.7 step 5)', async () => {
    // With so long a T1 timer C ends the branch before timer B.
    proxy = await trusted({ flags: { 'timers-t1': '5000' } });
    await bind(proxy, {});
    const branch = only((await invite(proxy)).branches);
    expect(statuses(await proxy.advance(182_000))).toContain(408);
    expect(statuses(await reply(branch, 200))).toEqual([200]);
  });

  it('to anything else pass once (16.7 step 5)', async () => {
    await bind(proxy, {}, {});
    const sent = requests(await proxy.receive(request({ method: 'MESSAGE', via: VIA }), CARRIER));
    expect(statuses(await reply(sent[0] as Sent, 200))).toEqual([200]);
    expect(statuses(await reply(sent[1] as Sent, 200))).toEqual([]);
  });

  it('that belong to nothing are dropped (RFC 6026 7.2, 18.1.2)', async () => {
    const [one] = await twoBranches();
    const stray = answer(one.text, 200).replace(/branch=z9hG4bK\S+/, 'branch=z9hG4bKnobody');
    expect(await proxy.receive(stray, one.to)).toEqual([]);
    const foreign = answer(one.text, 200).replace('192.0.2.1', '203.0.113.99');
    expect(await proxy.receive(foreign, one.to)).toEqual([]);
  });

  it('leave the INVITE in Accepted: repeated, it is absorbed without an answer (RFC 6026 7.1)', async () => {
    await bind(proxy, {});
    const text = request({ via: VIA });
    const branch = only(requests(await proxy.receive(text, CARRIER)));
    await reply(branch, 200);
    expect(await proxy.receive(text, CARRIER)).toEqual([]);
    await proxy.advance(31_000);
    expect(await proxy.receive(text, CARRIER)).toEqual([]);
  });
});

describe('the best response (RFC 3261 16.7 step 6)', () => {
  it('waits for all branches, also when a 6xx came, whose others are cancelled (16.7 step 5)', async () => {
    const [one, two] = await twoBranches();
    await reply(two, 180);
    const declined = await reply(one, 603);
    expect(statuses(declined)).toEqual([]);
    expect(methods(declined)).toEqual(['ACK', 'CANCEL']);
    expect(statuses(await reply(two, 487))).toEqual([603]);
  });

  it.each([
    ['no 503 but 500', [503, 503], 500],
    ['408 as any other 4xx', [408, 500], 408],
    ['a helpful 4xx before a lower number', [404, 484], 484],
    ['401 before 407', [407, 401], 401],
    ['3xx before 4xx', [486, 301], 301],
    ['anything before 503', [503, 500], 500],
    ['6xx before 3xx', [302, 600], 600],
    ['4xx before 5xx', [500, 499], 499],
  ] as const)('is %s', async (_name, [a, b], best) => {
    const [one, two] = await twoBranches();
    await reply(one, a);
    expect(statuses(await reply(two, b))).toEqual([best]);
  });

  it('counts a branch that never answered as 408 (16.7, 16.8)', async () => {
    const [one] = await twoBranches();
    await reply(one, 500);
    expect(statuses(await proxy.advance(32_000))).toEqual([408]);
  });

  it('keeps the To tag of its branch; one that is made here has its own, always the same (16.7 step 9)', async () => {
    const [one, two] = await twoBranches();
    await reply(one, 486, [], 'one');
    const sent = await reply(two, 404, [], 'two');
    expect(header(first(sent.filter(({ text }) => text.startsWith('SIP'))).text, 'To')).toContain(';tag=two');
    const [three, four] = await twoBranches();
    await reply(three, 503);
    const made = (await reply(four, 503)).filter(({ text }) => text.startsWith('SIP'));
    const tag = /;tag=(\S+)/.exec(header(only(made).text, 'To'))?.[1];
    expect(tag).toBeDefined();
    const repeated = (await proxy.advance(500)).filter(({ text }) => text.startsWith('SIP/2.0 500'));
    expect(header(only(repeated).text, 'To')).toContain(`;tag=${tag}`);
  });

  it('has the challenges of all 401 and 407 (16.7 step 7)', async () => {
    const [one, two] = await twoBranches();
    await reply(one, 407, ['Proxy-Authenticate: Digest realm="a"', 'Proxy-Authenticate: Digest realm="b"']);
    const sent = await reply(two, 407, ['Proxy-Authenticate: Digest realm="c"']);
    const { text } = first(sent.filter((each) => each.text.startsWith('SIP')));
    expect(headers(text, 'Proxy-Authenticate')).toHaveLength(3);
  });

  it('other than 2xx is acknowledged here, and the ACK of the caller goes no further (17.1.1.3, 17.2.1)', async () => {
    await bind(proxy, {});
    const parts = { branch: 'z9hG4bKack', callId: 'ack', via: VIA };
    const branch = only(requests(await proxy.receive(request(parts), CARRIER)));
    const sent = await reply(branch, 486);
    const ack = only(requests(sent));
    expect(startLine(ack.text)).toBe(startLine(branch.text).replace('INVITE', 'ACK'));
    expect(headers(ack.text, 'Via')).toEqual([first(headers(branch.text, 'Via'))]);
    expect(await proxy.receive(request({ ...parts, method: 'ACK', toTag: 'callee' }), CARRIER)).toEqual([]);
    expect(statuses(await proxy.advance(4_000))).toEqual([]);
  });

  it('other than 2xx is repeated until the caller has acknowledged it, over UDP (17.2.1)', async () => {
    await bind(proxy, {});
    const branch = only((await invite(proxy)).branches);
    await reply(branch, 486);
    expect(statuses(await proxy.advance(3_600))).toEqual([486, 486, 486]);
  });
});

describe('transport errors and time-outs (RFC 3261 16.8, 16.9)', () => {
  it('count as 503, which is answered with 500 (16.9)', async () => {
    proxy.failing.add(phone(1));
    await bind(proxy, {});
    expect((await invite(proxy)).replies).toEqual([100, 500]);
  });

  it('do not end the call when another contact answers', async () => {
    proxy.failing.add(phone(1));
    const [, two] = await twoBranches();
    expect(statuses(await reply(two, 200))).toEqual([200]);
  });

  it('are followed by the next server, with another branch (RFC 3263 4.3)', async () => {
    const tcp = 'sip:bob@198.51.100.9:5070;transport=tcp';
    await bind(proxy, { contact: tcp, received: 'sip:198.51.100.9:40000;transport=tcp' });
    proxy.failing.add('tcp:198.51.100.9:40000');
    const { branches } = await invite(proxy);
    expect(branches.map(({ to }) => to)).toEqual(['tcp:198.51.100.9:40000', 'tcp:198.51.100.9:5070']);
    expect(new Set(branches.map(({ text }) => first(headers(text, 'Via')))).size).toBe(2);
  });

  it('and 503 are followed by the next server too (RFC 3263 4.3)', async () => {
    const tcp = 'sip:bob@198.51.100.9:5070;transport=tcp';
    await bind(proxy, { contact: tcp, received: 'sip:198.51.100.9:40000;transport=tcp' });
    const sent = await reply(only((await invite(proxy)).branches), 503);
    expect(statuses(sent)).toEqual([]);
    const next = requests(sent)[1] as Sent;
    expect(next.to).toBe('tcp:198.51.100.9:5070');
    expect(statuses(await reply(next, 200))).toEqual([200]);
  });

  it('without a provisional response end the call with 408 when timer B fires (17.1.1.2)', async () => {
    await bind(proxy, {});
    await invite(proxy);
    expect(statuses(await proxy.advance(31_000))).toEqual([]);
    expect(statuses(await proxy.advance(1_000))).toEqual([408]);
  });

  it('after provisional responses end with CANCEL when timer C fires, over 3 minutes (16.6 step 11, 16.8)', async () => {
    await bind(proxy, {});
    const branch = only((await invite(proxy)).branches);
    await reply(branch, 180);
    expect(methods(await proxy.advance(180_999))).toEqual([]);
    expect(methods(await proxy.advance(100))).toEqual(['CANCEL']);
    expect(statuses(await reply(branch, 487))).toEqual([487]);
  });

  it('of an INVITE with Expires end it when that time is over (13.3.1, 20.19)', async () => {
    await bind(proxy, {});
    const branch = only((await invite(proxy, { headers: ['Expires: 20'] })).branches);
    await reply(branch, 180);
    expect(methods(await proxy.advance(19_999))).toEqual([]);
    expect(methods(await proxy.advance(100))).toEqual(['CANCEL']);
    expect(statuses(await reply(branch, 487))).toEqual([487]);
  });

  it('leave nothing behind', async () => {
    await twoBranches();
    await proxy.advance(200_000);
    expect([proxy.proxy.servers.size, proxy.proxy.clients.size]).toEqual([0, 0]);
  });
});

describe('requests other than INVITE (RFC 4320)', () => {
  const message = async () => {
    await bind(proxy, {});
    return only(requests(await proxy.receive(request({ method: 'MESSAGE', via: VIA }), CARRIER)));
  };

  it('get no provisional response, ours or that of others (4.1)', async () => {
    const sent = await message();
    expect(statuses(await reply(sent, 100))).toEqual([]);
    expect(statuses(await reply(sent, 180))).toEqual([]);
    expect(statuses(await proxy.advance(10_000))).toEqual([]);
  });

  it('get no 408, ours or that of others (4.2)', async () => {
    const sent = await message();
    expect(statuses(await reply(sent, 408))).toEqual([]);
    await message();
    expect(statuses(await proxy.advance(120_000))).toEqual([]);
  });

  it('get no final response that comes too late (4.2)', async () => {
    const sent = await message();
    await proxy.advance(33_000);
    expect(await reply(sent, 200)).toEqual([]);
  });

  it('get the last response again when repeated, and the callee does not (17.2.2)', async () => {
    await bind(proxy, {});
    const text = request({ method: 'MESSAGE', via: VIA });
    const branch = only(requests(await proxy.receive(text, CARRIER)));
    expect(await proxy.receive(text, CARRIER)).toEqual([]);
    await reply(branch, 200);
    const again = await proxy.receive(text, CARRIER);
    expect(statuses(again)).toEqual([200]);
    expect(requests(again)).toEqual([]);
  });
});
