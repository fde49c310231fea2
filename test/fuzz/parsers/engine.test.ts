import { describe, expect, it } from 'vitest';
import { seeded } from '../../sip/messages.js';
import { fuzz, type Plan } from './engine/fuzzer.js';

/** Throws at an input that holds a word, each octet of which is behind an edge of its own. */
function hidden(word: string, edge: (n: number) => void): (input: Buffer) => void {
  return (input) => {
    for (let at = 0; at < word.length; at++) {
      if (input[at] !== word.charCodeAt(at)) return;
      edge(at);
    }
    throw new Error('found');
  };
}

function plan(target: Plan['target'], more: Partial<Plan> = {}): Plan {
  const isEnough = (runs: number) => runs >= 60_000;
  const common = { seeds: [Buffer.from('aaaaaaaaaa')], words: [], maxLength: 20, maxSteps: () => 1000, isEnough };
  return { target, random: seeded(7), ...common, ...more };
}

describe('the fuzzing engine', () => {
  it('finds what is hidden behind five conditions by the edges that lead there, and makes the input short', () => {
    const { finding, runs } = fuzz(plan(hidden('Via: ', globalThis.__edge)));
    expect(finding?.error.message).toBe('found');
    expect(finding?.input.toString()).toBe('Via: ');
    expect(runs).toBeLessThan(60_000);
  });

  it('does not find it when no edge tells it the way', () => {
    const { finding, runs } = fuzz(plan(hidden('Via: ', () => undefined)));
    expect([finding, runs]).toEqual([undefined, 60_000]);
  });

  it('does the same for the same seed', () => {
    const [first, second] = [1, 2].map(() => fuzz(plan(hidden('f: ', globalThis.__edge))));
    expect(second?.runs).toBe(first?.runs);
    expect(second?.finding?.input).toEqual(first?.finding?.input);
  });

  it('takes a loop without end for a finding', () => {
    const endless = (input: Buffer) => {
      while (input.includes('b')) globalThis.__edge(0);
    };
    const { finding } = fuzz(plan(endless, { words: [Buffer.from('b')] }));
    expect(finding?.error.name).toBe('TooManySteps');
    expect(finding?.input.toString()).toBe('b');
  });

  it('runs all seeds, even when fewer runs are asked for', () => {
    const seeds = ['one', 'two', 'three'].map((seed) => Buffer.from(seed));
    const seen: string[] = [];
    const outcome = fuzz(plan((input) => void seen.push(input.toString()), { seeds, isEnough: () => true }));
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(outcome).toEqual({ runs: 3, edges: 0, kept: 0, finding: undefined });
  });
});
