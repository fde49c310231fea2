import type { ProxyRequest } from './request.js';

/** The next step goes on with the request. */
export const CONTINUE = 0;
/** The request is dealt with: answered, relayed or dropped. Kamailio's `exit`. */
export const EXIT = 1;

export type StepResult = typeof CONTINUE | typeof EXIT;

/**
 * One decision about a request. Built once at start with exactly what it needs; keeps no state of a request.
 * Only a step that has to wait (for the database) returns a promise.
 */
export interface Step {
  /** The word used for it everywhere: file, counter, log line, documentation. */
  readonly name: string;
  run(request: ProxyRequest): StepResult | Promise<StepResult>;
  /** What stands inside a step that decides nothing itself and so has no counter. */
  readonly steps?: readonly Step[];
}

/** Lets the steps decide in order until one exits. Stays synchronous unless a step waits. */
export function runSteps(steps: readonly Step[], request: ProxyRequest, from = 0): StepResult | Promise<StepResult> {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i] as Step;
    request.step = step.name;
    const result = step.run(request);
    if (result === EXIT) return EXIT;
    if (result !== CONTINUE) return goOn(steps, request, i, result);
  }
  return CONTINUE;
}

async function goOn(steps: readonly Step[], request: ProxyRequest, at: number, waiting: Promise<StepResult>) {
  return (await waiting) === CONTINUE ? runSteps(steps, request, at + 1) : EXIT;
}
