/** The eight groups of an IPv6 address written in any form of RFC 4291 2.2, without brackets or zone; else undefined. */
export function parseIpv6(text: string): number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = groupsOf(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = gap === 0 ? [] : groupsOf(text.slice(0, gap), false);
  const tail = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Colon-separated groups, the last two of which may be an IPv4 address. */
function groupsOf(text: string, mayEndInIpv4 = true): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (mayEndInIpv4 && i === parts.length - 1 && part.includes('.')) {
      const octets = parseIpv4(part);
      if (octets === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      groups.push((a << 8) | b, (c << 8) | d);
    } else {
      const group = hexGroup(part);
      if (group === undefined) return undefined;
      groups.push(group);
    }
  }
  return groups;
}

function hexGroup(text: string): number | undefined {
  if (text.length === 0 || text.length > 4) return undefined;
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = '0123456789abcdef'.indexOf(text.charAt(i).toLowerCase());
    if (digit < 0) return undefined;
    n = (n << 4) | digit;
  }
  return n;
}

/** The four octets of a dotted quad in decimal without leading zeros (`010` is octal to some readers); else undefined. */
export function parseIpv4(text: string): number[] | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  const octets: number[] = [];
  for (const part of text.split('.')) {
    const octet = Number(part);
    if (String(octet) !== part || !Number.isInteger(octet) || octet < 0 || octet > 255) return undefined;
    octets.push(octet);
  }
  return octets.length === 4 ? octets : undefined;
}

/** The canonical text of eight groups (RFC 5952), without brackets. An IPv4-mapped address comes out as dotted quad. */
export function formatIpv6(groups: readonly number[]): string {
  const [, , , , , f = 0, g = 0, h = 0] = groups;
  if (f === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `${g >> 8}.${g & 255}.${h >> 8}.${h & 255}`;
  }
  const gap = longestZeroRun(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return gap.length < 2 ? hex(0, 8) : `${hex(0, gap.start)}::${hex(gap.start + gap.length, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > best.length) best = { start: i, length };
  }
  return best;
}
