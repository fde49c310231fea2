/** More than the instrumented sources have. */
const MAX_EDGES = 1 << 14;

const counts = new Uint32Array(MAX_EDGES);
let steps = 0;
let limit = Number.POSITIVE_INFINITY;

/** An input that costs more than its length allows: a loop that does not end, or that begins anew too often. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

declare global {
  var __edge: (edge: number) => void;
}

/** What `instrument.mjs` writes at every edge. */
globalThis.__edge = (edge) => {
  counts[edge] = (counts[edge] ?? 0) + 1;
  if (++steps > limit) throw new TooManySteps(`more than ${limit} steps`);
};

/** Which edges were ever run through, and how often, in powers of two. */
export class Coverage {
  readonly #seen = new Uint32Array(MAX_EDGES);

  /** Runs `run` with at most `maxSteps` steps; what it throws is thrown on. True when it went where no run was before. */
  grows(run: () => void, maxSteps: number): boolean {
    counts.fill(0);
    steps = 0;
    limit = maxSteps;
    try {
      run();
    } finally {
      limit = Number.POSITIVE_INFINITY;
    }
    return this.#add();
  }

  /** How many edges were run through. */
  get edges(): number {
    return this.#seen.reduce((edges, bits) => edges + (bits === 0 ? 0 : 1), 0);
  }

  #add(): boolean {
    let grows = false;
    for (let edge = 0; edge < MAX_EDGES; edge++) {
      const count = counts[edge] as number;
      if (count === 0) continue;
      const bit = 1 << (31 - Math.clz32(count));
      const seen = this.#seen[edge] as number;
      if ((seen & bit) !== 0) continue;
      this.#seen[edge] = seen | bit;
      grows = true;
    }
    return grows;
  }
}
