import type { Verdict } from '../../permissions/rules/rule-set.js';
import { ruleSubject } from '../../permissions/rules/rule-set.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface CallRules {
  /** The methods that the rules are asked about. */
  readonly methods: ReadonlySet<string>;
  decide(fromUri: string, requestUri: string): Verdict;
}

/** `allow_routing()` of seed 001: the allow rules, then the deny rules, else allowed. */
export function permissions(rules: CallRules): Step {
  return {
    name: 'permissions',
    run(request) {
      if (!rules.methods.has(request.method)) return CONTINUE;
      const verdict = rules.decide(request.message.from?.uriText ?? '', ruleSubject(request.uri));
      if (verdict.allowed) return CONTINUE;
      request.reply(403, 'Routing Not Allowed', { because: reasonOf(verdict) });
      return EXIT;
    },
  };
}

function reasonOf(verdict: Verdict): string {
  if (verdict.rule === undefined) return verdict.reason ?? 'no rule could be asked';
  return `${verdict.list} ${verdict.rule.source}: ${verdict.rule.text}`;
}
