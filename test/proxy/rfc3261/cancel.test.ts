import { beforeEach, describe, expect, it } from 'vitest';
import { answer, header, headers, request, requests, startLine, statuses } from '../messages.js';
import type { VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, contact, first, invite, methods, only, phone, silentPort, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;
const parts = { branch: 'z9hG4bKcancelled', callId: 'cancelled', via: VIA };
const cancel = (more: object = {}) => proxy.receive(request({ ...parts, ...more, method: 'CANCEL' }), CARRIER);

beforeEach(async () => {
  proxy = await trusted();
  await bind(proxy, {});
});

describe('CANCEL (RFC 3261 9, 16.10)', () => {
  it('is answered with 200 at once, with the To tag of what we answer to the INVITE (9.2)', async () => {
    await invite(proxy, parts);
    const [ok] = await cancel();
    const tag = /;tag=(\S+)/.exec(header(ok?.text ?? '', 'To'))?.[1];
    expect(startLine(ok?.text ?? '')).toMatch(/^SIP\/2\.0 200 /);
    const [terminated] = (await proxy.advance(64 * 500 + 1)).filter(({ text }) => text.startsWith('SIP/2.0 487'));
    expect(header(terminated?.text ?? '', 'To')).toContain(`;tag=${tag}`);
  });

  it('goes to a branch only after a provisional response (9.1)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    expect(requests(await cancel())).toEqual([]);
    expect(methods(await proxy.receive(answer(branch.text, 100), phone(1)))).toEqual(['CANCEL']);
  });

  it('does not go to a branch whose final response came first (9.1)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await cancel();
    expect(methods(await proxy.receive(answer(branch.text, 486), phone(1)))).toEqual(['ACK']);
  });

  it('has what the INVITE of its branch had, and nothing that it must not have (9.1)', async () => {
    const more = ['Require: timer', 'Proxy-Authorization: Digest realm="x"'];
    const branch = only((await invite(proxy, { ...parts, headers: more })).branches);
    await proxy.receive(answer(branch.text, 180), phone(1));
    const { text, to } = only(requests(await cancel()));
    expect(to).toBe(branch.to);
    expect(startLine(text)).toBe(`CANCEL ${contact(1)} SIP/2.0`);
    expect(headers(text, 'Via')).toEqual([first(headers(branch.text, 'Via'))]);
    for (const name of ['Call-ID', 'From', 'To']) expect(header(text, name)).toBe(header(branch.text, name));
    expect(header(text, 'CSeq')).toBe('1 CANCEL');
    for (const name of ['Require', 'Proxy-Authorization', 'Contact']) expect(headers(text, name)).toEqual([]);
  });

  it('hands on the Reason of the caller, and gives one of its own to the branches that lost (RFC 3326)', async () => {
    await bind(proxy, {}, {});
    const { branches } = await invite(proxy, parts);
    for (const { text, to } of branches) await proxy.receive(answer(text, 180), to);
    const sent = await cancel({ headers: ['Reason: Q.850;cause=16', 'Reason: SIP;cause=487'] });
    for (const { text } of requests(sent)) {
      expect(headers(text, 'Reason')).toEqual(['Q.850;cause=16', 'SIP;cause=487']);
    }
    expect(requests(sent)).toHaveLength(2);
  });

  it('ends the INVITE with the 487 of the callee (16.10)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await proxy.receive(answer(branch.text, 180), phone(1));
    await cancel();
    const sent = await proxy.receive(answer(branch.text, 487, [], 'bob'), phone(1));
    const [terminated] = sent.filter(({ text }) => text.startsWith('SIP/2.0 487'));
    expect(header(terminated?.text ?? '', 'To')).toContain(';tag=bob');
  });

  it('ends the INVITE with a 487 of ours when the callee says no more (9.1)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await proxy.receive(answer(branch.text, 180), phone(1));
    await cancel();
    expect(statuses(await proxy.advance(31_000))).toEqual([]);
    expect(statuses(await proxy.advance(1_500))).toContain(487);
  });

  it('lets a 200 that crossed it pass (9.1, 16.7 step 5)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await proxy.receive(answer(branch.text, 180), phone(1));
    await cancel();
    expect(statuses(await proxy.receive(answer(branch.text, 200), phone(1)))).toEqual([200]);
  });

  it('ends the INVITE at once when the name of the next hop is still being resolved (16.10)', async () => {
    const silent = await silentPort();
    proxy = await trusted({ flags: { 'dns-servers': `127.0.0.1:${silent.address().port}` } });
    const slow = { ...parts, uri: 'sip:friend@nowhere.example' };
    const { replies, branches } = await invite(proxy, slow);
    expect([replies, branches]).toEqual([[100], []]);
    const sent = await proxy.receive(request({ ...slow, method: 'CANCEL' }), CARRIER);
    silent.close();
    expect(statuses(sent).sort()).toEqual([200, 487]);
    expect(requests(sent)).toEqual([]);
  });

  it('has no effect on an INVITE that has its final response (9.2)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await proxy.receive(answer(branch.text, 200), phone(1));
    const sent = await cancel();
    expect(statuses(sent)).toEqual([200]);
    expect(requests(sent)).toEqual([]);
  });

  it('of a request that is no INVITE is answered with 200 and does nothing (9.2)', async () => {
    const message = request({ ...parts, method: 'MESSAGE' });
    const branch = only(requests(await proxy.receive(message, CARRIER)));
    const sent = await cancel();
    expect(statuses(sent)).toEqual([200]);
    expect(requests(sent)).toEqual([]);
    expect(statuses(await proxy.receive(answer(branch.text, 200), phone(1)))).toEqual([200]);
  });

  it('that belongs to nothing is answered with 481, and never forwarded (9.2)', async () => {
    const sent = await cancel();
    expect(statuses(sent)).toEqual([481]);
    expect(requests(sent)).toEqual([]);
  });

  it('of somebody else does not end the call (security R4)', async () => {
    const branch = only((await invite(proxy, parts)).branches);
    await proxy.receive(answer(branch.text, 180), phone(1));
    for (const forged of [{ callId: 'other' }, { fromTag: 'other' }, { cseq: 7 }, { branch: 'z9hG4bKother' }]) {
      expect(statuses(await cancel(forged))).toEqual([481]);
    }
  });

  it('is asked for no password (22.1)', async () => {
    const sent = await proxy.receive(
      request({ method: 'CANCEL', via: '198.51.100.99:5060', from: 'sip:bob@test.example' }),
      'udp:198.51.100.99:5060',
    );
    expect(statuses(sent)).toEqual([481]);
  });
});
