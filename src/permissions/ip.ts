/** A numeric address in 32-bit words, signed as JavaScript's bit operators leave them. */
export interface ParsedIp {
  readonly family: 4 | 6;
  /** One word for IPv4, four for IPv6, the most significant first. */
  readonly words: readonly number[];
}

/** 0: the text is no address. */
export type Family = 0 | 4 | 6;

const DOT = 0x2e;
const COLON = 0x3a;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const groups = new Int32Array(8);
const quad = new Int32Array(1);

/** Reads an address as `readIp` does; undefined when the text is none. */
export function parseIp(text: string): ParsedIp | undefined {
  const words = new Int32Array(4);
  const family = readIp(text, words);
  return family === 0 ? undefined : { family, words: [...words.subarray(0, family === 4 ? 1 : 4)] };
}

/**
 * Reads an address into `words` without allocating anything: IPv4 as dotted quad without leading zeros, IPv6 in any form
 * of RFC 4291 2.2, with or without brackets and without a zone. IPv4-mapped IPv6 is IPv4, as dual-stack sockets report it.
 */
export function readIp(text: string, words: Int32Array): Family {
  const bracketed = text.charCodeAt(0) === OPEN && text.charCodeAt(text.length - 1) === CLOSE;
  if (!bracketed && readIpv4(text, 0, text.length, words)) return 4;
  if (!readGroups(text, bracketed ? 1 : 0, bracketed ? text.length - 1 : text.length)) return 0;
  for (let word = 0; word < 4; word++) words[word] = (group(2 * word) << 16) | group(2 * word + 1);
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return 6;
  words[0] = words[3] as number;
  return 4;
}

function group(index: number): number {
  return groups[index] as number;
}

function readIpv4(text: string, start: number, end: number, words: Int32Array): boolean {
  let address = 0;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && text.charCodeAt(at++) !== DOT) return false;
    const first = at;
    let value = 0;
    while (at < end && at < first + 3 && isDigit(text.charCodeAt(at)))
      value = value * 10 + text.charCodeAt(at++) - 0x30;
    if (at === first || value > 255 || (at > first + 1 && text.charCodeAt(first) === 0x30)) return false;
    address = (address << 8) | value;
  }
  words[0] = address;
  return at === end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The eight groups of an IPv6 address, into `groups`. */
function readGroups(text: string, start: number, end: number): boolean {
  let count = 0;
  let gap = text.startsWith('::', start) ? 0 : -1;
  let at = gap === 0 ? start + 2 : start;
  while (at < end) {
    const stop = count < 8 ? readHex(text, at, end, count) : at;
    if (stop < end && text.charCodeAt(stop) === DOT) return readDotted(text, at, end, count) && spread(count + 2, gap);
    if (stop === at) return false;
    count++;
    if (stop === end) return spread(count, gap);
    if (text.charCodeAt(stop) !== COLON || stop + 1 === end) return false;
    at = stop + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return false;
    gap = count;
    at++;
  }
  return gap >= 0 && spread(count, gap);
}

/** Reads up to four hexadecimal digits into a group; answers where they end. */
function readHex(text: string, start: number, end: number, index: number): number {
  let value = 0;
  let at = start;
  for (let digit = hexDigit(text, at); at < end && at < start + 4 && digit >= 0; digit = hexDigit(text, ++at)) {
    value = (value << 4) | digit;
  }
  groups[index] = value;
  return at;
}

function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** A dotted quad in place of the last two groups. */
function readDotted(text: string, start: number, end: number, index: number): boolean {
  if (index > 6 || !readIpv4(text, start, end, quad)) return false;
  groups[index] = (quad[0] as number) >>> 16;
  groups[index + 1] = (quad[0] as number) & 0xffff;
  return true;
}

/** Puts the zeros that `::` stands for into their place: one group at least (RFC 4291 2.2). */
function spread(count: number, gap: number): boolean {
  if (gap < 0) return count === 8;
  if (count > 7) return false;
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return true;
}
