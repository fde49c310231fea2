import { describe, expect, it } from 'vitest';
import { stunAnswer } from '../../src/transport/stun.js';
import { open, udpPeer } from './support.js';

const TRANSACTION = 'b7e7a701bc34d686fa87dfae';

/** A STUN message with the given attributes, all in hexadecimal. */
function stun(attributes = '', { type = '0001', cookie = '2112a442' } = {}): Buffer {
  const length = (attributes.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(type + length + cookie + TRANSACTION + attributes, 'hex');
}

describe('the answer to a STUN Binding request', () => {
  it('says where it came from, as the response of RFC 5769 2.2 does', () => {
    const answer = stunAnswer(stun(), '192.0.2.1', 32_853);
    expect(answer?.toString('hex')).toBe(`0101000c2112a442${TRANSACTION}002000080001a147e112a643`);
  });

  it('says it of IPv6 too, as in RFC 5769 2.3', () => {
    const answer = stunAnswer(stun(), '2001:db8:1234:5678:11:2233:4455:6677', 32_853);
    expect(answer?.toString('hex')).toBe(
      `010100182112a442${TRANSACTION}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    );
  });

  it('passes over attributes that need not be understood (RFC 5389 15)', () => {
    const software = '8022000373697000';
    expect(stunAnswer(stun(software), '192.0.2.1', 5060)?.readUInt16BE(0)).toBe(0x0101);
  });

  it('is 420 and names what would have to be understood (RFC 5389 7.3.1)', () => {
    const changeRequest = '0003000400000006';
    const answer = stunAnswer(stun(changeRequest), '192.0.2.1', 5060);
    expect(answer?.readUInt16BE(0)).toBe(0x0111);
    expect(answer?.readUInt16BE(2)).toBe((answer?.length ?? 0) - 20);
    expect(answer?.subarray(20, 28).toString('hex')).toBe('0009001500000414');
    expect(answer?.subarray(-8).toString('hex')).toBe('000a000200030000');
  });

  it.each([
    ['an indication', stun('', { type: '0011' })],
    ['a response', stun('', { type: '0101' })],
    ['another method', stun('', { type: '0003' })],
    ['no magic cookie (RFC 3489)', stun('', { cookie: '2112a443' })],
    ['a length that is not that of the datagram', Buffer.concat([stun(), Buffer.alloc(4)])],
    ['an attribute longer than the datagram', stun('8022000873697000')],
    ['a cut header', stun().subarray(0, 16)],
    ['a length that is no multiple of four', Buffer.concat([stun(), Buffer.alloc(1)])],
  ])('is none to %s', (_what, datagram) => {
    expect(stunAnswer(datagram, '192.0.2.1', 5060)).toBeUndefined();
  });
});

describe.each(['127.0.0.1', '::1'])('a UDP listener at %s', (address) => {
  it('answers STUN from the SIP port, and none that is malformed (RFC 5626 4.4.2)', async () => {
    const rig = await open([`udp:${address === '::1' ? '[::1]' : address}:0`]);
    const peer = await udpPeer(address);
    peer.send(stun('', { cookie: '00000000' }), rig.listener());
    peer.send(stun(), rig.listener());
    const { text, from } = await peer.inbox.next();
    expect(Buffer.from(text, 'latin1')).toEqual(stunAnswer(stun(), address, peer.port));
    expect(from.port).toBe(rig.listener().port);
    expect(rig.messages.rest).toEqual([]);
  });
});
