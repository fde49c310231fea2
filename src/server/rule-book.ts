import { Failure } from '../errors.js';
import { formatProblem } from '../permissions/rules/problem.js';
import { loadRuleRows, RuleSet, type Verdict } from '../permissions/rules/rule-set.js';
import type { CallRules } from '../proxy/steps/permissions.js';
import type { Rules } from '../storage/storage.js';

/** The permission rules in force: replaced whole by a set that loads, and kept when the new one has a fault. */
export class RuleBook implements CallRules {
  readonly methods: ReadonlySet<string>;
  readonly #store: Rules;
  #set = RuleSet.empty;
  #revision = 0;

  constructor(store: Rules, methods: readonly string[]) {
    this.#store = store;
    this.methods = new Set(methods);
  }

  get set(): RuleSet {
    return this.#set;
  }

  /** Counts the loads. */
  get revision(): number {
    return this.#revision;
  }

  decide(fromUri: string, requestUri: string): Verdict {
    return this.#set.decide(fromUri, requestUri);
  }

  /** Throws a Failure with every fault, its line and column, when the set does not load; then the old one stays in force. */
  async reload(): Promise<void> {
    const { set, problems } = loadRuleRows(await this.#store.list());
    if (set === undefined) {
      throw new Failure(
        'CONFIG',
        `the rules in the database have ${problems.length === 1 ? 'a fault' : `${problems.length} faults`}; the old ones stay in force\n${problems.map(formatProblem).join('\n')}`,
        'sipctl rules check shows them, sipctl rules rm ID removes one',
        problems,
      );
    }
    this.#set = set;
    this.#revision += 1;
  }
}
