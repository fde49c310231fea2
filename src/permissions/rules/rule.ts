import type { Pattern } from '../posix/pattern.js';

/** One expression of a list. */
export interface Expression {
  /** The regular expression, without its quotes. */
  readonly text: string;
  /** Where it begins in the line, in bytes from 0. */
  readonly offset: number;
  readonly pattern: Pattern;
}

/** `list [EXCEPT list]`: what the caller, or what is called, has to be. */
export interface Side {
  /** The list is the keyword ALL; then `list` is empty. */
  readonly all: boolean;
  readonly list: readonly Expression[];
  readonly except: readonly Expression[];
}

export interface Rule {
  /** The file's name, or 'rule 12' for a row of the database. */
  readonly source: string;
  readonly line: number;
  /** The row's id; undefined for a rule of a file. */
  readonly id: number | undefined;
  /** As written, without the comment and the blanks around it. */
  readonly text: string;
  /** The comment at the end of the line, or the note of the row. */
  readonly note: string | undefined;
  /** What the From URI is compared with. */
  readonly left: Side;
  /** What the Request-URI is compared with. */
  readonly right: Side;
}

/** Whether a rule fits a call; both subjects are latin1 text. Kamailio's search_rule, sip-behaviour 1.7. */
export function ruleMatches(rule: Rule, from: string, request: string): boolean {
  return sideMatches(rule.left, from) && sideMatches(rule.right, request);
}

function sideMatches(side: Side, subject: string): boolean {
  return (side.all || anyMatches(side.list, subject)) && !anyMatches(side.except, subject);
}

function anyMatches(list: readonly Expression[], subject: string): boolean {
  for (const { pattern } of list) if (pattern.test(subject)) return true;
  return false;
}
