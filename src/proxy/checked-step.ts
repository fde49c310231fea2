import type { RouteRequest, Step, StepResult } from './route-api.js';
import { CONTINUE, EXIT } from './step.js';

const MADE_HERE = new WeakSet<Step>();
const LONGEST_NAME = 64;

/** Marks a step of the proxy itself, whose results need no check while requests wait. */
export function madeHere(step: Step): Step {
  MADE_HERE.add(step);
  return step;
}

/**
 * A step that somebody wrote into a route, as one that can be trusted to answer CONTINUE or EXIT: with anything else the
 * request fails, and is not forgotten without an answer. Throws TypeError, `where` in front, when it is no step at all.
 */
export function checkedStep(value: unknown, where: string): Step {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${where} is ${what(value)}, not a step`);
  if (MADE_HERE.has(value as Step)) return value as Step;
  const { name, run } = value as Partial<Step>;
  if (typeof name !== 'string' || name === '') throw new TypeError(`${where} has no name: a step is { name, run }`);
  if (!isName(name)) throw new TypeError(`${where}: a name is letters, digits, '-' and '_', at most ${LONGEST_NAME}`);
  if (typeof run !== 'function') throw new TypeError(`${where}, '${name}', has no function run(request)`);
  return madeHere({ name, run: (request) => checked(run.call(value, request), name) });
}

function what(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'} (is it to be called?)`;
  return value === null ? 'null' : typeof value;
}

/** A name is part of the name of a counter, `route:NAME`. */
function isName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[A-Za-z0-9_-]+$/.test(name);
}

function checked(result: unknown, name: string): ReturnType<Step['run']> {
  if (result instanceof Promise) return result.then((waited: unknown) => decision(waited, name));
  return decision(result, name);
}

function decision(result: unknown, name: string): StepResult {
  if (result === CONTINUE || result === EXIT) return result;
  throw new TypeError(`the step ${name} answered ${what(result)} and not CONTINUE or EXIT`);
}

/** For a route that comes to its end: the request is refused, so that nobody waits for an answer that never comes. */
export const unhandled: Step = madeHere({
  name: 'unhandled',
  run(request: RouteRequest) {
    request.reply(403, 'Forbidden', { because: 'no step of the route dealt with it' });
    return EXIT;
  },
});
