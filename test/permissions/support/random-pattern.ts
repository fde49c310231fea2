import type { Case, Flavour } from './posix-oracle.js';
import type { Random } from './random.js';

const LETTERS = ['a', 'b', 'A', 'B', 'z', 'Z', '_', '0', '1', '-', ' ', '@', ':', ',', '=', '\n', '\xe9', '\xc9'];
const SUBJECT_BYTES = [
  ...LETTERS,
  'a',
  'b',
  'a',
  'b',
  '.',
  ']',
  '[',
  '\\',
  '{',
  '}',
  '(',
  ')',
  '+',
  '*',
  '?',
  '|',
  '^',
  '$',
];
const ESCAPES = [
  'w',
  'W',
  's',
  'S',
  'b',
  'B',
  '<',
  '>',
  '`',
  "'",
  'd',
  'D',
  'z',
  'n',
  '0',
  '.',
  '@',
  '-',
  '\\',
  '[',
  ']',
];
const CLASSES = [
  'alpha',
  'digit',
  'upper',
  'lower',
  'space',
  'punct',
  'xdigit',
  'cntrl',
  'graph',
  'print',
  'blank',
  'ALPHA',
  'foo',
  '',
];
const INTERVALS = [
  '0',
  '1',
  '2',
  '3',
  '0,1',
  '1,2',
  '2,',
  ',2',
  ',',
  '',
  'x',
  '2,1',
  '1,x',
  ' 1',
  '\\0',
  '1\\,2',
  '1,2,3',
  '12',
];
const JUNK = [
  '*',
  '+',
  '?',
  '{',
  '}',
  '(',
  ')',
  '|',
  '[',
  ']',
  '\\',
  '\\{',
  '\\}',
  '\\(',
  '\\)',
  '\\|',
  '^',
  '$',
  '^',
  '$',
  '{1',
  '\\{1',
];

/** A random pattern, mostly well formed, and a random subject that has a fair chance to match. */
export function randomCase(random: Random, flavour: Flavour): Case {
  return { pattern: pattern(random, flavour), subject: subject(random) };
}

function subject(random: Random): string {
  return random.many(0, 8, () => random.pick(SUBJECT_BYTES)).join('');
}

function pattern(random: Random, flavour: Flavour): string {
  const text = new Writer(random, flavour === 'bre' ? '\\' : '').alternatives(3);
  if (!random.once(6)) return text;
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(JUNK) + text.slice(at + random.below(2));
}

class Writer {
  constructor(
    readonly random: Random,
    /** What stands before `( ) { } | + ?` to make operators of them. */
    readonly mark: string,
  ) {}

  alternatives(depth: number): string {
    const count = this.random.once(4) ? 2 : 1;
    return this.random.many(count, count, () => this.branch(depth)).join(`${this.mark}|`);
  }

  private branch(depth: number): string {
    return this.random.many(this.random.once(8) ? 0 : 1, 4, () => this.piece(depth)).join('');
  }

  private piece(depth: number): string {
    const atom = this.atom(depth);
    if (!this.random.once(3)) return atom;
    return atom + this.repeat() + (this.random.once(8) ? this.repeat() : '');
  }

  private repeat(): string {
    const { random, mark } = this;
    switch (random.below(5)) {
      case 0:
        return `${mark}+`;
      case 1:
        return `${mark}?`;
      case 2:
        return `${mark}{${random.pick(INTERVALS)}${mark}}`;
      default:
        return '*';
    }
  }

  private atom(depth: number): string {
    const { random, mark } = this;
    switch (random.below(12)) {
      case 0:
      case 1:
        return depth > 0 ? `${mark}(${this.alternatives(depth - 1)}${mark})` : 'a';
      case 2:
        return this.bracket();
      case 3:
        return `\\${random.pick(ESCAPES)}`;
      case 4:
        return '.';
      case 5:
        return random.pick(['^', '$', '$', '\\b', '\\B', '\\<', '\\>']);
      default:
        return random.pick(random.once(2) ? ['a', 'b'] : LETTERS);
    }
  }

  private bracket(): string {
    const not = this.random.once(3) ? '^' : '';
    return `[${not}${this.random.many(1, 3, () => this.element()).join('')}]`;
  }

  private element(): string {
    const { random } = this;
    const byte = () => random.pick([...LETTERS, ']', '[', '\\', '.', '^', '$', '*']);
    switch (random.below(8)) {
      case 0:
        return `[:${random.pick(CLASSES)}:]`;
      case 1:
        return `${byte()}-${byte()}`;
      case 2:
        return random.pick([
          '0-9',
          'a-z',
          'A-Z',
          'a-b',
          'A-z',
          '[.a.]',
          '[.-.]',
          '[=a=]',
          '[.a.]-b',
          '[=a=]-b',
          '[..]',
          '[:',
        ]);
      default:
        return byte();
    }
  }
}
