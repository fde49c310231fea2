import { describe, expect, it } from 'vitest';
import { answer, registerAt, request, requests, statuses } from '../proxy/messages.js';
import { DOMAIN, virtualProxy } from '../proxy/virtual-proxy.js';

const AOR = `alice@${DOMAIN}`;
const CALLER = 'udp:192.0.2.10:5060';
const FLOW = 'tcp:198.51.100.1:40001';
const PHONE = 'sip:alice@198.51.100.1:5060';

/** Alice's phone, registered over flows of the edge proxies at these addresses, and a call to it. */
async function called(edges: readonly string[]) {
  const proxy = await virtualProxy({
    subscribers: [{ username: 'alice', password: 'alice-password' }],
    addresses: [{ grp: 200 }],
  });
  for (const [i, edge] of edges.entries()) {
    const extra = `;reg-id=${i + 1};+sip.instance="<urn:uuid:1>"\r\nPath: <sip:${edge};lr;ob>`;
    await registerAt(proxy, 'alice', PHONE, `udp:${edge}:5060`, extra);
    await proxy.advance(1000);
  }
  const call = () => proxy.receive(request({ uri: `sip:${AOR}`, via: '192.0.2.10:5060' }), CALLER);
  const refuse = async (sent: readonly { text: string; to: string }[], status: number) => {
    const [invite] = requests(sent);
    if (invite === undefined) throw new Error('no request was sent');
    return proxy.receive(answer(invite.text, status), invite.to);
  };
  return { ...proxy, call, refuse, regIds: () => proxy.locations.lookup(AOR).map(({ regId }) => regId) };
}

const invites = (sent: readonly { text: string; to: string }[]) =>
  requests(sent).filter(({ text }) => text.startsWith('INVITE'));

describe('a flow that its edge proxy says to have failed (430, RFC 5626 5.3)', () => {
  it('is removed, and the phone is called over its other flow', async () => {
    const { call, refuse, regIds } = await called(['198.51.100.8', '198.51.100.9']);
    const first = await call();
    expect(invites(first).map(({ to }) => to)).toEqual(['udp:198.51.100.9:5060']);
    const second = await refuse(first, 430);
    expect(invites(second).map(({ to }) => to)).toEqual(['udp:198.51.100.8:5060']);
    expect(regIds()).toEqual([1]);
  });

  it('is the answer when there is no other; the next caller hears 404', async () => {
    const { call, refuse, regIds } = await called(['198.51.100.9']);
    const sent = await refuse(await call(), 430);
    expect(statuses(sent)).toEqual([430]);
    expect(regIds()).toEqual([]);
    expect(statuses(await call())).toEqual([404]);
  });

  it('stays when the phone only does not answer', async () => {
    const { call, refuse, regIds } = await called(['198.51.100.9']);
    expect(statuses(await refuse(await call(), 408))).toEqual([408]);
    expect(regIds()).toEqual([1]);
  });
});

describe('a flow whose connection fails while a request is sent', () => {
  it.each([
    ['when it breaks', true],
    ['when it is not there any more', false],
  ])('is removed %s, and 430 is the answer', async (_name, isThere) => {
    const proxy = await virtualProxy({ addresses: [{ grp: 200 }] });
    const binding = {
      ruid: 'uloc-1',
      aor: AOR,
      contact: 'sip:alice@nowhere.invalid;transport=tcp',
      received: 'sip:198.51.100.1:40001;transport=tcp',
      path: [],
      expires: Number.POSITIVE_INFINITY,
      q: -1,
      callId: 'c',
      cseq: 1,
      modified: 0,
      userAgent: 'n/a',
      socket: 'tcp:192.0.2.1:5060',
      methods: undefined,
      instance: 'urn:uuid:1',
      regId: 1,
      flags: 0,
      cflags: 0,
      flow: isThere ? proxy.connect(FLOW) : { id: 1, closed: false },
    };
    proxy.locations.restore([binding]);
    proxy.failing.add(FLOW);
    const sent = await proxy.receive(request({ uri: `sip:${AOR}`, via: '192.0.2.10:5060' }), CALLER);
    expect(statuses(sent)).toEqual([100, 430]);
    expect(proxy.locations.lookup(AOR)).toEqual([]);
  });
});
