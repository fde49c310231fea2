/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What SIP parsers have stumbled over. */
const MORSELS = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n ',
  '\r\n\r\n',
  '\t',
  '\x7f',
  '\xff',
  '"',
  '\\',
  '<',
  '>',
  '<>',
  ';',
  ';;',
  ',',
  '=',
  '@',
  ':',
  '[',
  ']',
  '[::]',
  '%',
  '%00',
  '%zz',
  '-1',
  '0',
  '4294967295',
  '4294967296',
  '99999999999999999999',
  'NaN',
  '__proto__',
  'constructor',
  'SIP/2.0',
  'z9hG4bK',
  '*',
  ' '.repeat(300),
  'a'.repeat(5_000),
  '('.repeat(300),
  '"'.repeat(301),
  'sip:a@b,'.repeat(200),
  ';a=b'.repeat(500),
  '\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx',
  '\r\nContent-Length: 5',
  '\r\nTo: <sip:u1@test.example>;tag=x',
  '\r\nRoute: <sip:127.0.0.1;lr>',
  '\r\nX: y'.repeat(250),
];

/** Changes a message in one place, or now and then in more. All of it follows from `random`. */
export function mutated(texts: readonly string[], random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const mutations: readonly ((text: string) => string)[] = [
    (text) => replaced(text, below(text.length), 1, String.fromCharCode(below(256))),
    (text) => replaced(text, below(text.length), 0, pick(MORSELS)),
    (text) => replaced(text, below(text.length), below(40), ''),
    (text) => replaced(text, below(text.length), below(20), pick(MORSELS)),
    (text) => doubled(text, below(text.length), below(200)),
    (text) => text.slice(0, below(text.length)),
    (text) => text.slice(0, below(text.length)) + pick(texts).slice(below(200)),
    (text) => withLines(text, (lines) => lines.splice(below(lines.length), 1)),
    (text) => withLines(text, (lines) => lines.splice(below(lines.length), 0, pick(lines))),
    (text) => withLines(text, (lines) => lines.push(...lines.splice(below(lines.length), 3))),
    (text) => text.replace(/\d+/, () => pick(['-1', '0', '70000', '4294967296', '9'.repeat(30)])),
  ];
  // A branch of its own, or it would be taken for a retransmission of the one before.
  let text = pick(texts).replace(/(?<=branch=z9hG4bK)[0-9a-f]{12}/, () => String(below(1e12)).padStart(12, '0'));
  for (let times = random() < 0.7 ? 1 : 2 + below(3); times > 0; times -= 1) text = pick(mutations)(text);
  return text;
}

function replaced(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function doubled(text: string, at: number, length: number): string {
  const part = text.slice(at, at + length);
  return replaced(text, at, 0, part);
}

function withLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split('\r\n');
  change(lines);
  return lines.join('\r\n');
}
