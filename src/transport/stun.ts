import { addressOctets } from './address.js';

const HEADER = 20;
const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const XOR_MAPPED_ADDRESS = 0x0020;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
/** Attributes from here up may be passed over (RFC 5389 15). */
const COMPREHENSION_OPTIONAL = 0x8000;
/** No answer names more of them: it must not grow with what a stranger sends. */
const MAX_UNKNOWN = 4;

/**
 * The answer to a STUN Binding request that keeps a UDP flow alive (RFC 5626 4.4.2): where it came from, XORed (RFC 5389
 * 7.3.1), or 420 for attributes that would have to be understood. `undefined` for everything else, which is not answered.
 * `address` is numeric.
 */
export function stunAnswer(datagram: Buffer, address: string, port: number): Buffer | undefined {
  if (!isBindingRequest(datagram)) return undefined;
  const unknown = unknownAttributes(datagram);
  if (unknown === undefined) return undefined;
  const transaction = datagram.subarray(8, HEADER);
  if (unknown.length > 0) return message(BINDING_ERROR, transaction, unknownAttributesError(unknown));
  return message(BINDING_SUCCESS, transaction, xorMappedAddress(address, port, datagram.subarray(4, HEADER)));
}

function isBindingRequest(datagram: Buffer): boolean {
  if (datagram.length < HEADER || datagram.length % 4 !== 0) return false;
  const isWhole = datagram.readUInt16BE(2) === datagram.length - HEADER;
  return datagram.readUInt16BE(0) === BINDING_REQUEST && isWhole && datagram.readUInt32BE(4) === COOKIE;
}

/** The attributes that must be understood and are not: all such. `undefined` when one does not fit into the datagram. */
function unknownAttributes(datagram: Buffer): number[] | undefined {
  const unknown: number[] = [];
  let at = HEADER;
  while (at < datagram.length) {
    const type = datagram.readUInt16BE(at);
    if (type < COMPREHENSION_OPTIONAL && unknown.length < MAX_UNKNOWN) unknown.push(type);
    at += 4 + padded(datagram.readUInt16BE(at + 2));
  }
  return at === datagram.length ? unknown : undefined;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** `key` is the cookie and the transaction id: what the address is XORed with, so that no NAT rewrites it. */
function xorMappedAddress(address: string, port: number, key: Buffer): Buffer {
  const octets = addressOctets(address);
  const value = Buffer.alloc(4 + octets.length);
  value[1] = octets.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  for (const [i, octet] of octets.entries()) value[4 + i] = octet ^ (key[i] ?? 0);
  return attribute(XOR_MAPPED_ADDRESS, value);
}

function unknownAttributesError(types: readonly number[]): Buffer {
  const list = Buffer.alloc(types.length * 2);
  for (const [i, type] of types.entries()) list.writeUInt16BE(type, i * 2);
  const code = Buffer.concat([Buffer.from([0, 0, 4, 20]), Buffer.from('Unknown Attribute')]);
  return Buffer.concat([attribute(ERROR_CODE, code), attribute(UNKNOWN_ATTRIBUTES, list)]);
}

function attribute(type: number, value: Buffer): Buffer {
  const whole = Buffer.alloc(4 + padded(value.length));
  whole.writeUInt16BE(type, 0);
  whole.writeUInt16BE(value.length, 2);
  value.copy(whole, 4);
  return whole;
}

function message(type: number, transaction: Buffer, attributes: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(attributes.length, 2);
  header.writeUInt32BE(COOKIE, 4);
  return Buffer.concat([header, transaction, attributes]);
}
