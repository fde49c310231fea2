import { Coverage } from './coverage.js';
import { below, mutate, type Random } from './mutate.js';

export interface Plan {
  readonly target: (input: Buffer) => void;
  readonly seeds: readonly Buffer[];
  /** Pieces that the grammar is made of. */
  readonly words: readonly Buffer[];
  readonly random: Random;
  readonly maxLength: number;
  /** Steps (edges run through) that an input of this length may cost. */
  maxSteps(length: number): number;
  /** Asked after each run. */
  isEnough(runs: number): boolean;
}

export interface Outcome {
  readonly runs: number;
  readonly edges: number;
  /** How many inputs went where none before them went. */
  readonly kept: number;
  readonly finding: Finding | undefined;
}

export interface Finding {
  /** As short as it could be made with the same error. */
  readonly input: Buffer;
  readonly error: Error;
}

/**
 * Coverage-guided fuzzing: an input that runs through an edge which no other did, or much more often, is kept, and the
 * next inputs are made of the kept ones. Ends at the first error that the target throws.
 */
export function fuzz(plan: Plan): Outcome {
  const coverage = new Coverage();
  const corpus: Buffer[] = [];
  let runs = 0;
  const outcome = (finding?: Finding): Outcome => ({ runs, edges: coverage.edges, kept: corpus.length, finding });
  for (; runs < plan.seeds.length || !plan.isEnough(runs); runs++) {
    const input = plan.seeds[runs] ?? next(corpus, plan);
    try {
      if (coverage.grows(() => plan.target(input), plan.maxSteps(input.length))) corpus.push(input);
    } catch (error) {
      return outcome(minimised(input, error as Error, plan));
    }
  }
  return outcome();
}

const NOTHING = Buffer.alloc(0);

/** Newer inputs are tried more often: they are where the next new edge is likely. */
function next(corpus: readonly Buffer[], { random, words, maxLength }: Plan): Buffer {
  const pick = () => corpus[Math.max(below(random, corpus.length), below(random, corpus.length))] ?? NOTHING;
  return mutate(pick(), { random, words, other: pick(), maxLength });
}

/** Takes out pieces, long ones first, as long as the same error remains. */
function minimised(found: Buffer, error: Error, plan: Plan): Finding {
  let finding: Finding = { input: found, error };
  for (let size = found.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < finding.input.length; ) {
      const shorter = Buffer.concat([finding.input.subarray(0, at), finding.input.subarray(at + size)]);
      const again = errorOf(shorter, plan);
      if (again !== undefined && placeOf(again) === placeOf(error)) finding = { input: shorter, error: again };
      else at += size;
    }
  }
  return finding;
}

function errorOf(input: Buffer, plan: Plan): Error | undefined {
  try {
    new Coverage().grows(() => plan.target(input), plan.maxSteps(input.length));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Where an error comes from, the same for inputs that show the same mistake: its name and the first line of its stack. */
function placeOf(error: Error): string {
  return `${error.name} ${/\n +at .*/.exec(error.stack ?? '')?.[0] ?? ''}`;
}
