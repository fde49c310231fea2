import { type Family, readIp } from './ip.js';

/** A row of the table `address`, as far as matching goes; the storage's rows are of this shape. */
export interface AddressEntry {
  readonly id: number;
  readonly grp: number;
  /** As written: IPv4, IPv6 with or without brackets, or a name. */
  readonly ip_addr: string;
  /** Bits of a network; 0 is a single host. */
  readonly mask: number;
  /** Source port that must match; 0 is any. */
  readonly port: number;
  readonly tag: string | null;
}

/** Where an entry belongs. */
export interface Place {
  /** 0: a name. */
  readonly family: Family;
  /** One word for IPv4, four for IPv6, none for a name. */
  readonly words: readonly number[];
  /** Leading bits that must match. */
  readonly bits: number;
}

/** The bits of a whole address. */
export function hostBits(family: Family): 32 | 128 {
  return family === 6 ? 128 : 32;
}

/** Bits before the IPv4 part of ::ffff:a.b.c.d. */
const MAPPED_BITS = 96;
const scratch = new Int32Array(4);

/** What is wrong with a row: sentences, none for a sound one. Stricter than Kamailio only where a row could never match. */
export function rowFaults(row: AddressEntry): string[] {
  const faults: string[] = [];
  if (!Number.isSafeInteger(row.grp) || row.grp < 1) faults.push(`the group is ${row.grp} and must be above 0`);
  if (!isWithin(row.port, 0, 65_535)) faults.push(`the port is ${row.port} and must be 0 to 65535`);
  const family = readIp(row.ip_addr, scratch);
  if (family === 0 && !isName(row.ip_addr)) faults.push(`"${row.ip_addr}" is neither an IP address nor a name`);
  return [...faults, ...maskFaults(row, family)];
}

function maskFaults({ ip_addr, mask }: AddressEntry, family: Family): string[] {
  const most = isMapped(ip_addr, family) ? 128 : hostBits(family);
  if (!isWithin(mask, 0, family === 0 ? Number.MAX_SAFE_INTEGER : most)) {
    return [`the mask is ${mask} and must be 0 to ${most} for ${ip_addr}`];
  }
  // Kamailio reads these as huge IPv6 networks, which no IPv4 packet is ever in.
  if (isMapped(ip_addr, family) && mask > 0 && mask <= MAPPED_BITS) {
    return [`${ip_addr} with mask ${mask} is no IPv4 network: write the IPv4 address with its own mask`];
  }
  return [];
}

/** Where a sound row belongs. A mask of 0 is a single host. */
export function placeOf({ ip_addr, mask }: AddressEntry): Place {
  const family = readIp(ip_addr, scratch);
  if (family === 0) return { family, words: [], bits: 0 };
  const words = [...scratch.subarray(0, family === 4 ? 1 : 4)];
  if (mask === 0) return { family, words, bits: hostBits(family) };
  return { family, words, bits: isMapped(ip_addr, family) ? mask - MAPPED_BITS : mask };
}

function isMapped(text: string, family: Family): boolean {
  return family === 4 && text.includes(':');
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** Letters, digits, `-`, `_` and dots with a letter among them: anything else was meant to be an address. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) && /[A-Za-z]/.test(text);
}
