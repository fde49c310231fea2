import type { AddressEntry } from '../permissions/address-table.js';
import { checkedStep, madeHere } from './checked-step.js';
import type { Local } from './local.js';
import type { ProxyRequest } from './request.js';
import type { Condition, RouteParts, Step } from './route-api.js';
import { CONTINUE, EXIT, runSteps, type StepResult } from './step.js';

/** Writes a line to the log on behalf of a route. */
export type Note = (text: string, request: ProxyRequest) => void;

export interface AddressGroups {
  find(group: number, address: string, port: number): AddressEntry | undefined;
}

export interface WordNeeds {
  readonly local: Pick<Local, 'isOurs'>;
  readonly addressGroups: AddressGroups;
  readonly note: Note;
}

type Words = Pick<RouteParts, 'when' | 'reply' | 'log' | 'isMethod' | 'isOurs' | 'allowSourceAddress' | 'not'>;

/** What a route says besides the steps of the proxy: conditions, answers and log lines. */
export function routeWords({ local, addressGroups, note }: WordNeeds): Words {
  return {
    when,
    reply,
    log: (text) => logging(String(text), note),
    isMethod: (...methods) => asking('isMethod', methods, (request) => methods.includes(request.method)),
    isOurs: () => asking('isOurs', [], (request) => local.isOurs(request.uri)),
    allowSourceAddress: (...groups) => {
      const find = finderIn(groups, addressGroups);
      return asking('allowSourceAddress', groups, ({ source }) => find(source.address, source.port) !== undefined);
    },
    not: (condition) => named(`not ${condition.name}`, (request) => !condition(request)),
  };
}

function when(condition: Condition, ...steps: readonly Step[]): Step {
  if (typeof condition !== 'function') throw new TypeError('when needs a condition first, such as isMethod("INVITE")');
  const inside = steps.map((step, i) => checkedStep(step, `step ${i + 1} inside when`));
  const run = (request: ProxyRequest) => (condition(request) ? runSteps(inside, request) : CONTINUE);
  return madeHere({ name: condition.name || 'condition', run, steps: inside });
}

function reply(status: number, reason: string, name = `reply${status}`): Step {
  if (!Number.isInteger(status) || status < 200 || status > 699)
    throw new RangeError('reply needs a status, 200 to 699');
  if (typeof reason !== 'string' || /[\r\n]/.test(reason)) throw new TypeError('reply needs a reason of one line');
  const run = (request: ProxyRequest): StepResult => {
    request.reply(status, reason, { because: 'the route says so' });
    return EXIT;
  };
  return madeHere({ ...checkedStep({ name, run }, 'reply'), run });
}

/** It decides nothing, and so has no counter: `steps` says that there is nothing inside it either. */
function logging(text: string, note: Note): Step {
  const run = (request: ProxyRequest): StepResult => {
    note(text, request);
    return CONTINUE;
  };
  return madeHere({ name: 'log', run, steps: [] });
}

/** Whoever asks the route's conditions has a ProxyRequest; the type of Condition promises less. */
function asking(word: string, args: readonly unknown[], ask: (request: ProxyRequest) => boolean): Condition {
  return named(`${word}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`, ask as Condition);
}

function named(name: string, condition: Condition): Condition {
  return Object.defineProperty(condition, 'name', { value: name });
}

/** Finds an address in any of the groups. Throws TypeError for what is no group, and when there is none. */
export function finderIn(groups: readonly unknown[], addresses: AddressGroups) {
  if (groups.length === 0) throw new TypeError('an address group is missing, such as 200');
  const numbers = groups.map(groupOf);
  return (address: string, port: number): AddressEntry | undefined => {
    for (const group of numbers) {
      const entry = addresses.find(group, address, port);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
}

/** Kamailio writes groups as texts: allow_source_address("200"). Throws TypeError for what is no group. */
export function groupOf(group: unknown): number {
  const number = typeof group === 'string' && /^[0-9]+$/.test(group) ? Number(group) : group;
  if (typeof number === 'number' && Number.isInteger(number) && number > 0 && number <= 2_147_483_647) return number;
  throw new TypeError(`${JSON.stringify(group)} is no address group: a group is a whole number from 1`);
}
