import { describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { TestServer } from '../support/server.js';
import { headerOf } from '../support/sip-text.js';
import { Workshop } from './support.js';

const ROUTE = `
export default function route(parts) {
  const { CONTINUE, EXIT, when, not, isMethod, isOurs, allowSourceAddress, reply } = parts;
  const user = (name) => (request) => request.uri.user === name;
  return [
    parts.reqinit(),
    parts.keepalive(),
    parts.cancel(),
    parts.retransmission(),
    parts.withinDialog(),
    when(not(isOurs()), reply(403, "Nope. Don't know who you are", 'strangers')),
    { name: 'throws', run: (request) => { if (request.uri.user === 'bad') throw new Error('a mistake\\n of mine'); return CONTINUE; } },
    { name: 'rejects', async run(request) { if (request.uri.user === 'worse') throw new Error('late'); return CONTINUE; } },
    { name: 'forgets', run(request) { if (request.uri.user !== 'forgotten') return CONTINUE; } },
    {
      name: 'teapot',
      async run(request) {
        if (request.uri.user !== 'teapot') return CONTINUE;
        const headers = [['X-Seen', [request.method, request.source.protocol, request.message.fromUri.user, request.message.firstNamed('x-test')].join(' ')]];
        await new Promise((done) => setImmediate(done));
        request.reply(418, 'Teapot', { headers, because: 'short and stout' });
        return EXIT;
      },
    },
    { name: 'silence', run: (request) => (request.uri.user === 'silence' ? (request.drop('quiet'), EXIT) : CONTINUE) },
    when(isMethod('REGISTER'), parts.digest(), parts.registrar()),
    when(user('outside'), parts.digest(), { name: 'gateway', run(request) { request.targets = [{ uri: 'sip:0123@' + request.message.firstNamed('X-Gateway') }]; return CONTINUE; } }, parts.relay()),
    when(allowSourceAddress('200'), parts.location(), parts.relay()),
  ];
}
`;

describe('steps of a user', async () => {
  const workshop = new Workshop();
  const route = workshop.write('own.mjs', ROUTE);
  const server = await TestServer.start({ settings: { route }, prepare: withCast });
  const cast = new Cast(server);

  async function ask(user: string, method = 'MESSAGE', headers: readonly (readonly [string, string])[] = []) {
    const phone = await cast.phone({ user: 'u1' });
    return phone.ask(phone.newRequest(method, `sip:${user}@${server.domain}`, { headers }));
  }

  it('may answer, now or later, with what they have read', async () => {
    const answer = await ask('teapot', 'MESSAGE', [['X-Test', 'hello']]);
    expect(answer.startLine).toBe('SIP/2.0 418 Teapot');
    expect(headerOf(answer, 'X-Seen')).toBe('MESSAGE udp u1 hello');
    await server.logLine('short and stout', 'step teapot');
  });

  it.each([
    ['bad', 'throws', 'a mistake\\\\n of mine'],
    ['worse', 'rejects', 'late'],
    ['forgotten', 'forgets', 'the step forgets answered undefined and not CONTINUE or EXIT'],
  ])('that fail for %s cost that request a 500, and nobody else anything', async (user, step, said) => {
    expect((await ask(user)).startLine).toBe('SIP/2.0 500 Server Internal Error');
    await server.logLine(said, `failed at step ${step}`);
    expect((await ask('teapot')).status).toBe(418);
  });

  it('may drop a request', async () => {
    const phone = await cast.phone();
    phone.send(phone.newRequest('MESSAGE', `sip:silence@${server.domain}`));
    await phone.settle();
    expect(phone.inbox).toEqual([]);
  });

  it('are not asked when their condition does not hold, and what no step deals with is refused', async () => {
    expect((await ask('nobody')).startLine).toBe('SIP/2.0 403 Forbidden');
    const phone = await cast.phone();
    const foreign = await phone.ask(phone.newRequest('MESSAGE', 'sip:x@elsewhere.example'));
    expect(foreign.startLine).toBe("SIP/2.0 403 Nope. Don't know who you are");
  });

  it('may say where a request goes to', async () => {
    const [caller, gateway] = [await cast.phone(), await cast.phone()];
    const headers = [['X-Gateway', gateway.hostPort]] as const;
    const call = await new OutgoingCall(caller, 'outside', { headers }).sendAuthenticated();
    const incoming = await IncomingCall.at(gateway);
    expect(incoming.invite.startLine).toBe(`INVITE sip:0123@${gateway.hostPort} SIP/2.0`);
    incoming.answer();
    await call.established();
  });

  it('have a counter each', async () => {
    const steps = (await server.rpc('core.route')) as { steps: { step: string; decided: number | null }[] };
    const decided = Object.fromEntries(steps.steps.map(({ step, decided: count }) => [step, count]));
    expect(decided).toMatchObject({ strangers: 1, unhandled: 1, silence: 1, gateway: 0, relay: 1 });
    expect(decided.teapot).toBeGreaterThan(0);
    expect(await server.rpc('stats.get_statistics', ['route:strangers'])).toEqual(['route:strangers = 1']);
  });
});
