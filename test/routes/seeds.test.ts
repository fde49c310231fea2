import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../src/storage/storage.js';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { type ServerOptions, TestServer } from '../support/server.js';
import { headersOf } from '../support/sip-text.js';

const CARRIER = '127.0.0.20';
const OFFICE = '127.0.0.25';

/** The server with one of the documented routes. */
async function serverWith(file: string, more: (storage: Storage) => Promise<unknown> = async () => undefined) {
  const route = fileURLToPath(new URL(`../../docs/routes/${file}`, import.meta.url));
  const options: ServerOptions = {
    settings: { route },
    prepare: async (storage, database) => {
      await withCast(storage, database);
      await storage.addresses.add({ grp: 200, ip_addr: CARRIER, mask: 32, port: 0, tag: 'Carrier IP address' });
      await storage.addresses.add({ grp: 250, ip_addr: OFFICE, mask: 32, port: 0, tag: 'TestServer' });
      await more(storage);
    },
  };
  const server = await TestServer.start(options);
  return { server, cast: new Cast(server) };
}

describe('the route of seed 000', async () => {
  const { server, cast } = await serverWith('seed-000.mjs');

  it('registers with a password and not without', async () => {
    const phone = await cast.phone();
    expect((await phone.register({ password: 'wrong' })).status).toBe(401);
    expect((await phone.register()).startLine).toBe('SIP/2.0 200 OK');
  });

  it('lets the carrier call a registered user without a password, and end the call', async () => {
    const callee = await cast.registered();
    const caller = await cast.phone({ host: CARRIER });
    const outgoing = new OutgoingCall(caller, callee.options.user, { from: '<sip:+4940@carrier.example>' }).send();
    const incoming = await IncomingCall.at(callee);
    incoming.answer();
    await outgoing.established();
    await incoming.acknowledged();
    const bye = incoming.answerTo('BYE');
    expect((await outgoing.bye()).status).toBe(200);
    await bye;
  });

  it('asks everybody else for a password, and then connects the call', async () => {
    const { outgoing, incoming } = await cast.established(await cast.phone(), await cast.registered());
    const bye = outgoing.answerTo('BYE');
    expect((await incoming.bye()).status).toBe(200);
    await bye;
  });

  it('does not let the carrier register without a password', async () => {
    const phone = await cast.phone({ host: CARRIER });
    expect((await phone.register({ password: 'wrong' })).status).toBe(401);
  });

  it('answers 404 User not Registered to the carrier and to a user', async () => {
    const nobody = cast.newcomer();
    const carrier = new OutgoingCall(await cast.phone({ host: CARRIER }), nobody).send();
    expect((await carrier.final()).startLine).toBe('SIP/2.0 404 User not Registered');
    const user = await new OutgoingCall(await cast.phone(), nobody).sendAuthenticated();
    expect((await user.final()).startLine).toBe('SIP/2.0 404 User not Registered');
  });

  it('relays to no other domain and knows no other method', async () => {
    const carrier = await cast.phone({ host: CARRIER });
    const elsewhere = await carrier.ask(carrier.newRequest('INVITE', 'sip:u1@elsewhere.example'));
    expect(elsewhere.startLine).toBe('SIP/2.0 403 Not relaying');
    const message = await carrier.ask(carrier.newRequest('MESSAGE', `sip:u1@${server.domain}`));
    expect(message.startLine).toBe('SIP/2.0 405 Method Not Allowed');
  });
});

describe('the route of seed 001', async () => {
  const { cast } = await serverWith('seed-001.mjs', async ({ rules }) => {
    await rules.add({ type: 'A', rule: '"^sip:u1@" : ALL', note: null });
    await rules.add({ type: 'D', rule: 'ALL : "^sip:u2@"', note: null });
  });

  it('denies a call that a rule denies, before anybody is looked up', async () => {
    const [, boss] = [cast.newcomer(), cast.newcomer()];
    const call = await new OutgoingCall(await cast.phone(), boss).sendAuthenticated();
    expect((await call.final()).startLine).toBe('SIP/2.0 403 Routing Not Allowed');
  });

  it('lets the caller through whom an allow rule names', async () => {
    const call = await new OutgoingCall(await cast.phone({ user: 'u1' }), 'u2').sendAuthenticated();
    expect((await call.final()).startLine).toBe('SIP/2.0 404 User not Registered');
  });

  it('connects what no rule speaks of', async () => {
    const { outgoing } = await cast.established(await cast.phone(), await cast.registered());
    expect(outgoing.invite).toContain('INVITE');
  });

  it('trusts no carrier: every call needs a password', async () => {
    const phone = await cast.phone({ host: CARRIER });
    expect((await new OutgoingCall(phone, 'u1').send().final()).status).toBe(407);
  });
});

describe('the route of seed 002', async () => {
  const { server, cast } = await serverWith('seed-002.mjs');

  it.each(['OPTIONS', 'REGISTER', 'INVITE', 'BYE', 'CANCEL', 'UNHEARD-OF'])(
    'answers 401 Address not authorised to %s from anywhere else, without a challenge',
    async (method) => {
      const phone = await cast.phone();
      const answer = await phone.ask(phone.newRequest(method, `sip:u1@${server.domain}`));
      expect(answer.startLine).toBe('SIP/2.0 401 Address not authorised');
      expect(headersOf(answer, 'WWW-Authenticate')).toEqual([]);
    },
  );

  it('never answers an ACK (RFC 3261 17.1.1.3)', async () => {
    const phone = await cast.phone();
    phone.send(phone.newRequest('ACK', `sip:u1@${server.domain}`));
    // The answer to what is sent after it comes after an answer to it.
    await phone.ask(phone.newRequest('OPTIONS', `sip:${server.domain}`));
    expect(phone.inbox).toEqual([]);
  });

  it('lets both groups in, says so in the log, and connects their calls', async () => {
    const callee = await cast.registered({ host: OFFICE });
    await server.logLine('Coming from address group 250', 'REGISTER');
    const caller = await cast.phone({ host: CARRIER });
    await cast.established(caller, callee);
    await server.logLine('Coming from address group 200', 'INVITE');
  });
});
