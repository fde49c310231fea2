import { beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { TestServer } from '../support/server.js';
import { elementsOf, headerOf, headersOf, hostPortOf, paramOf, uriOf } from '../support/sip-text.js';

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast });
  cast = new Cast(server);
});

describe('a call between two subscribers', () => {
  it('is challenged, rings, is answered, acknowledged and ended by the caller', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const { outgoing, incoming } = await cast.established(caller, callee);
    const ended = outgoing.bye();
    await incoming.answerTo('BYE');
    expect((await ended).status).toBe(200);
  });

  it('is ended by the callee along the Record-Route (RFC 3261 16.12)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const { outgoing, incoming } = await cast.established(caller, callee);
    const ended = incoming.bye();
    const bye = await outgoing.answerTo('BYE');
    expect((await ended).status).toBe(200);
    expect(headersOf(bye, 'Route')).toEqual([]);
    expect(bye.uri).toBe(caller.contactUri);
  });

  it('takes a re-INVITE from either end', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const { outgoing, incoming } = await cast.established(caller, callee);
    const held = outgoing.ask('INVITE');
    await incoming.answerTo('INVITE');
    expect((await held).status).toBe(200);
    outgoing.ack();
    await incoming.acknowledged();
    const resumed = incoming.ask('INVITE');
    await outgoing.answerTo('INVITE');
    expect((await resumed).status).toBe(200);
    incoming.ack();
    await outgoing.acknowledged();
  });

  it('passes a re-INVITE without asking for a password (RFC 3261 22.3: the dialog was authorised)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const { outgoing, incoming } = await cast.established(caller, callee);
    const held = outgoing.ask('INVITE');
    const reinvite = await incoming.answerTo('INVITE');
    await held;
    expect(headersOf(reinvite, 'Proxy-Authorization')).toEqual([]);
  });

  it('starts with 100 Trying, without a To tag (RFC 3261 17.2.1)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const trying = await call.response(100);
    expect(paramOf(headerOf(trying, 'To'), 'tag')).toBeUndefined();
    const incoming = await IncomingCall.at(callee);
    incoming.refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });

  it('reaches the callee with the contact as Request-URI, Max-Forwards less one, our Via on top and no credentials', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    await new OutgoingCall(caller, callee.options.user, {
      headers: [['X-Unknown', 'passes; as = "it, is"']],
    }).sendAuthenticated();
    const { invite } = await IncomingCall.at(callee);
    const [own = '', callers = ''] = elementsOf(invite, 'Via');
    expect(invite.uri).toBe(callee.contactUri);
    expect(headerOf(invite, 'Max-Forwards')).toBe('69');
    expect(own).toContain(`SIP/2.0/UDP ${server.host}:${server.port};`);
    expect(paramOf(own, 'branch')).toMatch(/^z9hG4bK/);
    expect(paramOf(callers, 'received')).toBe(caller.host);
    expect(paramOf(callers, 'rport')).toBe(String(caller.port));
    expect(headersOf(invite, 'Proxy-Authorization')).toEqual([]);
    expect(headerOf(invite, 'X-Unknown')).toBe('passes; as = "it, is"');
    expect(headerOf(invite, 'Record-Route')).toContain(';lr');
  });

  it('ends with 486 when the callee is busy', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    (await IncomingCall.at(callee)).refuse(486, 'Busy Here');
    const refusal = await call.final();
    expect(refusal.startLine).toBe('SIP/2.0 486 Busy Here');
    expect(elementsOf(refusal, 'Via')).toHaveLength(1);
  });

  it('acknowledges a refusal to the callee by itself (RFC 3261 17.1.1.3)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const incoming = await IncomingCall.at(callee);
    incoming.refuse(603, 'Decline');
    const ack = await incoming.acknowledged();
    await call.final();
    expect(elementsOf(ack, 'Via')).toEqual(elementsOf(incoming.invite, 'Via').slice(0, 1));
    expect(paramOf(headerOf(ack, 'To'), 'tag')).toBeDefined();
  });

  it('can be cancelled: 200 to the CANCEL, 487 to the INVITE (RFC 3261 16.10)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const incoming = await IncomingCall.at(callee);
    incoming.ring();
    await call.response(180);
    expect((await call.cancel()).status).toBe(200);
    const cancel = await incoming.answerTo('CANCEL');
    incoming.refuse(487, 'Request Terminated');
    expect((await call.final()).status).toBe(487);
    expect(cancel.uri).toBe(incoming.invite.uri);
    expect(elementsOf(cancel, 'Via')).toEqual(elementsOf(incoming.invite, 'Via').slice(0, 1));
  });

  it('absorbs a retransmitted INVITE (RFC 3261 17.2.1)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const incoming = await IncomingCall.at(callee);
    incoming.ring();
    await call.response(180);
    caller.send(call.invite);
    await call.response(180);
    await caller.settle();
    await callee.settle();
    expect(callee.inbox.filter((message) => message.method === 'INVITE')).toEqual([]);
    incoming.refuse(480, 'Temporarily Unavailable');
    await call.final();
  });

  it('passes every retransmission of a 200 upstream (RFC 6026)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered();
    const { outgoing, incoming } = await cast.established(caller, callee);
    incoming.answer();
    await outgoing.response(200);
    outgoing.ack();
    await incoming.acknowledged();
  });
});

describe('a subscriber with two phones', () => {
  it('is called on both; one answers, the other gets a CANCEL (RFC 3261 16.7)', async () => {
    const caller = await cast.phone();
    const desk = await cast.registered();
    const mobile = await cast.registered({ user: desk.options.user });
    const call = await new OutgoingCall(caller, desk.options.user).sendAuthenticated();
    const [first, second] = await Promise.all([IncomingCall.at(desk), IncomingCall.at(mobile)]);
    first.ring();
    second.ring();
    await call.response(180);
    await call.response(180);
    second.answer();
    await call.established();
    await second.acknowledged();
    await first.answerTo('CANCEL');
    first.refuse(487, 'Request Terminated');
    await first.acknowledged();
    await caller.settle();
    expect(caller.inbox.filter((message) => message.status >= 300)).toEqual([]);
  });

  it('gives each branch its own branch parameter', async () => {
    const caller = await cast.phone();
    const desk = await cast.registered();
    const mobile = await cast.registered({ user: desk.options.user });
    const call = await new OutgoingCall(caller, desk.options.user).sendAuthenticated();
    const calls = await Promise.all([IncomingCall.at(desk), IncomingCall.at(mobile)]);
    const branches = calls.map(({ invite }) => paramOf(elementsOf(invite, 'Via')[0] ?? '', 'branch'));
    expect(new Set(branches).size).toBe(2);
    for (const incoming of calls) incoming.refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });

  it('answers with the best of the refusals only after both have refused (RFC 3261 16.7)', async () => {
    const caller = await cast.phone();
    const desk = await cast.registered();
    const mobile = await cast.registered({ user: desk.options.user });
    const call = await new OutgoingCall(caller, desk.options.user).sendAuthenticated();
    const [first, second] = await Promise.all([IncomingCall.at(desk), IncomingCall.at(mobile)]);
    first.refuse(486, 'Busy Here');
    await first.acknowledged();
    await caller.settle();
    expect(caller.inbox.filter((message) => message.status >= 300)).toEqual([]);
    second.refuse(500, 'Broken');
    expect((await call.final()).status).toBe(486);
  });

  it('cancels both when the caller hangs up', async () => {
    const caller = await cast.phone();
    const desk = await cast.registered();
    const mobile = await cast.registered({ user: desk.options.user });
    const call = await new OutgoingCall(caller, desk.options.user).sendAuthenticated();
    const calls = await Promise.all([IncomingCall.at(desk), IncomingCall.at(mobile)]);
    for (const incoming of calls) incoming.ring();
    await call.response(180);
    await call.response(180);
    await call.cancel();
    for (const incoming of calls) {
      await incoming.answerTo('CANCEL');
      incoming.refuse(487, 'Request Terminated');
    }
    expect((await call.final()).status).toBe(487);
  });
});

describe('a call between transports', () => {
  it.each([
    ['UDP to TCP', 'udp', 'tcp'],
    ['TCP to UDP', 'tcp', 'udp'],
    ['TCP to TCP', 'tcp', 'tcp'],
  ] as const)('%s: both ends can end it', async (_name, from, to) => {
    const caller = await cast.phone({ transport: from });
    const callee = await cast.registered({ transport: to });
    for (const byCaller of [true, false]) {
      const { outgoing, incoming } = await cast.established(caller, callee);
      const [ends, ended] = byCaller ? [outgoing, incoming] : [incoming, outgoing];
      const bye = ends.bye();
      await ended.answerTo('BYE');
      expect((await bye).status).toBe(200);
    }
  });

  it('records two routes when it comes in by UDP and leaves by TCP (RFC 5658)', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered({ transport: 'tcp' });
    const call = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const incoming = await IncomingCall.at(callee);
    const [top = '', next = ''] = elementsOf(incoming.invite, 'Record-Route').map(uriOf);
    expect(top).toContain(';transport=tcp');
    expect(next).not.toContain(';transport=tcp');
    incoming.refuse(486, 'Busy Here');
    await call.final();
  });

  it('IPv4 to IPv6: each end sees the address of its own family', async () => {
    const caller = await cast.phone();
    const callee = await cast.registered({ host: '::1' });
    const { outgoing, incoming } = await cast.established(caller, callee);
    const routes = elementsOf(incoming.invite, 'Record-Route').map((value) => hostPortOf(uriOf(value)).host);
    expect(routes).toEqual(['::1', '127.0.0.1']);
    const bye = incoming.bye();
    await outgoing.answerTo('BYE');
    expect((await bye).status).toBe(200);
  });
});
