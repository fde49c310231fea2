import { checkedStep, unhandled } from '../proxy/checked-step.js';
import type { Step } from '../proxy/route-api.js';

/** One step for people: what it is called, and the conditions that it stands under. */
export interface ListedStep {
  readonly step: string;
  readonly when: string | null;
  /** False for a step that decides nothing and has no counter. */
  readonly counted: boolean;
}

/**
 * The steps that a route returned, each checked, and behind them one for the requests that none of them dealt with.
 * Throws TypeError with what is wrong.
 */
export function checkedSteps(list: unknown): readonly Step[] {
  if (!Array.isArray(list)) throw new TypeError('the route does not return a list of steps');
  if (list.length === 0) throw new TypeError('the route returns no steps');
  const steps = [...Array.from(list, (step: unknown, i) => checkedStep(step, `step ${i + 1} of the route`)), unhandled];
  const known = new Map<string, Step>();
  for (const step of countedSteps(steps)) {
    const other = known.get(step.name);
    if (other !== undefined && other !== step) {
      throw new TypeError(`two steps are called ${step.name}, and their counter could not tell them apart`);
    }
    known.set(step.name, step);
  }
  return steps;
}

/** The steps that decide, wherever they stand; one that stands in two places comes twice. */
export function countedSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.steps === undefined ? [step] : countedSteps(step.steps)));
}

/** The steps as people read them, in order, with the conditions over them. */
export function listedSteps(steps: readonly Step[], when: string | null = null): ListedStep[] {
  return steps.flatMap((step) => {
    const { name, steps: inside = [] } = step;
    if (inside.length === 0) return [{ step: name, when, counted: step.steps === undefined }];
    return listedSteps(inside, when === null ? name : `${when} and ${name}`);
  });
}
