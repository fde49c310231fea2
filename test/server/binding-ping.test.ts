import { describe, expect, it } from 'vitest';
import type { Binding } from '../../src/registrar/binding.js';
import { pingBinding } from '../../src/server/binding-ping.js';
import { buildResponse } from '../../src/sip/build.js';
import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { ClientTransactions } from '../../src/transaction/client.js';
import type { Connection, Listener, Target } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

const UDP: Listener = { name: 'udp:192.0.2.1:5060', protocol: 'udp', address: '192.0.2.1', port: 5060, family: 4 };
const TCP: Listener = { name: 'tcp:192.0.2.1:5060', protocol: 'tcp', address: '192.0.2.1', port: 5060, family: 4 };
const CONNECTION = { id: 7, listener: TCP, address: '203.0.113.5', port: 40_001, closed: false } as Connection;

function setUp() {
  const clock = new VirtualClock();
  const sent: { target: Target; text: string }[] = [];
  const send = (target: Target, text: string) => void sent.push({ target, text });
  const timers = { T1: 500, T2: 4000, T4: 5000, C: 181_000 };
  const clients = new ClientTransactions({ clock, timers, send });
  const transports = {
    listeners: [UDP, TCP],
    listenerFor: () => UDP,
    sentBy: (listener: Listener) => ({ host: listener.address, port: listener.port }),
    connection: (id: number) => (id === CONNECTION.id ? CONNECTION : undefined),
    send,
  };
  const ping = (binding: Partial<Binding>, kind: 'options' | 'crlf' = 'options') => {
    const whole = {
      contact: 'sip:alice@10.0.0.5;ob?Subject=x',
      path: [],
      flow: undefined,
      received: undefined,
      ...binding,
    };
    return pingBinding(whole as unknown as Binding, {
      clock,
      clients,
      transports,
      domain: 'test.example',
      kind,
      patience: 10,
    });
  };
  const answer = (status: number) => {
    const request = parseMessage(sent[0]?.text ?? '');
    if (!(request instanceof SipRequest)) throw new Error('no request was sent');
    const response = parseMessage(buildResponse(request, status, 'Answer', { toTag: 'x' }));
    if (!(response instanceof SipResponse) || !clients.receive(response)) throw new Error('nobody waited');
  };
  return { clock, sent, ping, answer };
}

const BY_UDP = { received: 'sip:203.0.113.5:31000', socket: UDP.name };
const BY_TCP = { received: 'sip:203.0.113.5:40001;transport=tcp', socket: TCP.name, flow: CONNECTION };

describe('a ping', () => {
  it.each([200, 404, 503])('goes where the phone came from, and any answer will do: %i', async (status) => {
    const { sent, ping, answer } = setUp();
    const pinged = ping(BY_UDP);
    expect(sent[0]?.target).toEqual({ protocol: 'udp', address: '203.0.113.5', port: 31_000, listener: UDP });
    expect(sent[0]?.text).toMatch(
      /^OPTIONS sip:alice@10\.0\.0\.5;ob SIP\/2\.0\r\nVia: SIP\/2\.0\/UDP 192\.0\.2\.1:5060/,
    );
    answer(status);
    expect(await pinged).toBe(true);
  });

  it('that is not answered in time is a miss', async () => {
    const { clock, ping } = setUp();
    const pinged = ping(BY_UDP);
    clock.advance(10_000);
    expect(await pinged).toBe(false);
  });

  it('goes over the connection of the phone', async () => {
    const { sent, ping, answer } = setUp();
    const pinged = ping(BY_TCP);
    expect(sent[0]?.target).toMatchObject({ protocol: 'tcp', connection: { id: 7 } });
    answer(200);
    expect(await pinged).toBe(true);
  });

  it('to a phone whose connection is gone is a miss, and nothing is sent', async () => {
    const { sent, ping } = setUp();
    expect(await ping({ ...BY_TCP, flow: { id: 8, closed: true } })).toBe(false);
    expect(await ping({ ...BY_UDP, socket: 'udp:192.0.2.9:5060' })).toBe(false);
    expect(sent).toEqual([]);
  });

  it('with empty lines goes over UDP and asks for no answer; a stream gets OPTIONS', async () => {
    const { sent, ping, answer } = setUp();
    expect(await ping({ ...BY_UDP, received: 'sip:[2001:db8::5]:31000' }, 'crlf')).toBeUndefined();
    expect(sent.splice(0)).toMatchObject([{ text: '\r\n\r\n', target: { address: '2001:db8::5' } }]);
    const pinged = ping(BY_TCP, 'crlf');
    answer(200);
    expect(await pinged).toBe(true);
  });
});
