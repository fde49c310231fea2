import { afterAll, describe, expect, it } from 'vitest';
import { compileBre, compileEre, type Pattern } from '../../../src/permissions/posix/pattern.js';
import { PatternError } from '../../../src/permissions/posix/pattern-error.js';
import { naiveMatch, repeatsAssertion } from '../support/naive-matcher.js';
import { type Case, encode, type Flavour, PosixOracle } from '../support/posix-oracle.js';
import { Random } from '../support/random.js';
import { randomCase } from '../support/random-pattern.js';

const PAIRS = process.env.SIPCTL_TEST_LONG === '1' ? 1_000_000 : 100_000;
const BATCH = 10_000;
const oracle = PosixOracle.build();
if (oracle === undefined) {
  console.warn('skipped: the comparison with glibc needs a C compiler (apt-get install gcc libc6-dev)');
}
afterAll(() => oracle?.remove());

const FLAVOURS = [
  ['ere', 20_261],
  ['bre', 20_262],
] as const;

describe.skipIf(oracle === undefined)('the POSIX engine beside the C library', () => {
  it.each(FLAVOURS)(`agrees with glibc on ${PAIRS / 2} random pairs of pattern and subject, %s`, (flavour, seed) => {
    const random = new Random(seed);
    const tally = new Map<string, number>();
    for (let done = 0; done < PAIRS / 2; done += BATCH) {
      expect(differences(flavour, cases(random, flavour), tally)).toEqual([]);
    }
    // Each outcome must be common, or the comparison says little.
    for (const outcome of ['match', 'nomatch', 'error']) expect(tally.get(outcome)).toBeGreaterThan(PAIRS / 50);
  });
});

describe('the POSIX engine beside a matcher by definition', () => {
  it.each(FLAVOURS)('agrees with it, also where glibc loses assertions inside a repeat, %s', (flavour, seed) => {
    const random = new Random(seed + 2);
    let compared = 0;
    for (const { pattern, subject } of cases(random, flavour)) {
      const compiled = compile(flavour, pattern);
      if (compiled === undefined || subject.includes('\n')) continue;
      compared++;
      expect(compiled.test(subject), `${encode(pattern)} ${encode(subject)}`).toBe(naiveMatch(compiled.tree, subject));
    }
    expect(compared).toBeGreaterThan(BATCH / 4);
  });
});

function cases(random: Random, flavour: Flavour): Case[] {
  const found: Case[] = [];
  while (found.length < BATCH) {
    const candidate = randomCase(random, flavour);
    if (!/\\[1-9]/.test(candidate.pattern)) found.push(candidate);
  }
  return found;
}

function differences(flavour: Flavour, asked: readonly Case[], tally: Map<string, number>): string[] {
  const answers = (oracle as PosixOracle).ask(flavour, asked);
  expect(answers).toHaveLength(asked.length);
  return asked.flatMap(({ pattern, subject }, index) => {
    const answer = answers[index] as string;
    const compiled = compile(flavour, pattern);
    // glibc 2.36 drops assertions inside repeats about twice in a million pairs: ((\<a|\B_$)+){2,} finds one "a".
    if (answer === 'slow' || (compiled !== undefined && repeatsAssertion(compiled.tree))) return [];
    const ours = compiled === undefined ? 'error' : compiled.test(subject) ? 'match' : 'nomatch';
    tally.set(ours, (tally.get(ours) ?? 0) + 1);
    return answer.startsWith(ours) ? [] : [`${encode(pattern)} ${encode(subject)}: ${ours}, but glibc: ${answer}`];
  });
}

/** Undefined when the pattern is refused. */
function compile(flavour: Flavour, pattern: string): Pattern | undefined {
  try {
    return flavour === 'ere' ? compileEre(pattern, 'glibc') : compileBre(pattern, 'glibc');
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}
