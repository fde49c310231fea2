import type { SipUri } from '../../sip/uri.js';
import { parseRule } from './parse.js';
import type { RuleProblem } from './problem.js';
import { type Rule, ruleMatches } from './rule.js';

/** Kamailio's EXPRESSION_LENGTH + 1: a longer subject is never matched but denied. */
const MAX_SUBJECT = 256;

export interface Verdict {
  readonly allowed: boolean;
  /** Which list decided; 'default' when no rule fits. */
  readonly list: 'allow' | 'deny' | 'default';
  /** The rule that decided. */
  readonly rule: Rule | undefined;
  /** Why there is no rule behind a denial. */
  readonly reason?: string;
}

const ALLOWED_BY_DEFAULT: Verdict = { allowed: true, list: 'default', rule: undefined };

/** The rules in force, in the order in which they are tried. */
export class RuleSet {
  static readonly empty = RuleSet.of([], []);

  static of(allow: readonly Rule[], deny: readonly Rule[]): RuleSet {
    return new RuleSet(allow, deny);
  }

  private constructor(
    readonly allow: readonly Rule[],
    readonly deny: readonly Rule[],
  ) {}

  /**
   * Kamailio's allow_routing for the main target (sip-behaviour 1.9): the first allow rule that fits, else the first
   * deny rule that fits, else allowed. Without any rule everything is allowed unseen.
   * @param fromUri the From URI exactly as received, latin1 text
   * @param requestUri as `ruleSubject` makes it, latin1 text
   */
  decide(fromUri: string, requestUri: string): Verdict {
    if (this.allow.length + this.deny.length === 0) return ALLOWED_BY_DEFAULT;
    if (fromUri.length > MAX_SUBJECT) return overlong('From URI');
    if (requestUri.length > MAX_SUBJECT) return overlong('Request-URI');
    const allow = firstMatch(this.allow, fromUri, requestUri);
    if (allow !== undefined) return { allowed: true, list: 'allow', rule: allow };
    const deny = firstMatch(this.deny, fromUri, requestUri);
    if (deny !== undefined) return { allowed: false, list: 'deny', rule: deny };
    return ALLOWED_BY_DEFAULT;
  }
}

function firstMatch(rules: readonly Rule[], from: string, request: string): Rule | undefined {
  for (const rule of rules) if (ruleMatches(rule, from, request)) return rule;
  return undefined;
}

function overlong(what: string): Verdict {
  const reason = `a ${what} of more than ${MAX_SUBJECT} bytes is not compared with rules`;
  return { allowed: false, list: 'default', rule: undefined, reason };
}

/** A row of the table permissions_rules, as far as the rules go. */
export interface RuleRowText {
  readonly id: number;
  readonly type: string;
  readonly rule: string;
  readonly note?: string | null;
}

/**
 * Makes the rules in force from the rows of the database, in the order given. There is a set only when there is no
 * problem at all: a set with a hole in it must not replace a whole one.
 */
export function loadRuleRows(rows: readonly RuleRowText[]): { set: RuleSet | undefined; problems: RuleProblem[] } {
  const lists = { A: [] as Rule[], D: [] as Rule[] };
  const problems: RuleProblem[] = [];
  for (const row of rows) {
    const parsed = parseRow(row);
    problems.push(...parsed.problems);
    if (parsed.rule !== undefined) lists[row.type as 'A' | 'D'].push(parsed.rule);
  }
  return { set: problems.length === 0 ? RuleSet.of(lists.A, lists.D) : undefined, problems };
}

function parseRow(row: RuleRowText): { rule: Rule | undefined; problems: RuleProblem[] } {
  const source = `rule ${row.id}`;
  if (row.type !== 'A' && row.type !== 'D') {
    const message = `the type is "${row.type}", which is neither A (allow) nor D (deny)`;
    return { rule: undefined, problems: [{ source, line: 1, column: 1, message, text: row.rule }] };
  }
  const { rule, problems } = parseRule(row.rule, source, 1);
  if (rule === undefined) return { rule, problems };
  return { rule: { ...rule, id: row.id, note: row.note ?? rule.note }, problems };
}

/**
 * The Request-URI as the rules see it (sip-behaviour 1.8): always `sip:`, the user as written, `@` even without a user,
 * the host as written; no password, port, parameters or headers.
 */
export function ruleSubject(uri: SipUri): string {
  return `sip:${uri.user}@${uri.host}`;
}
