import { Header } from '../sip/header.js';
import type { SipResponse } from '../sip/message.js';
import { headerParam, parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri, sameUri } from '../sip/uri.js';
import { asRequestUri } from './request-uri.js';
import type { ResponseContext, Search } from './response-context.js';
import { type BranchTarget, type ForkOrder, groupsOf } from './targets.js';

export interface SearchNeeds {
  readonly order: ForkOrder;
  /** Branches that there may be at once (RFC 5393). */
  readonly breadth: number;
  /** Whether a redirection to that URI is followed; undefined when none is. */
  readonly mayFollow: ((uri: SipUri) => boolean) | undefined;
  /** Starts a branch for each target of a group. */
  fork(context: ResponseContext, group: readonly BranchTarget[]): void;
}

/** Contacts that one request may be redirected to in all: two redirections that point at each other end. */
const MOST_REDIRECTIONS = 10;

/** The target set of one request, group by group: sequential search and redirection (RFC 3261 16.5, 16.7 step 4). */
export class TargetSearch implements Search {
  readonly #need: SearchNeeds;
  #groups: readonly (readonly BranchTarget[])[];
  #tried: readonly string[];
  #redirections = 0;

  constructor(need: SearchNeeds, groups: readonly (readonly BranchTarget[])[]) {
    this.#need = need;
    this.#groups = groups;
    this.#tried = need.mayFollow === undefined ? [] : groups.flat().map(({ uri }) => uri);
  }

  next(context: ResponseContext): boolean {
    const [group, ...rest] = this.#groups;
    if (group === undefined) return false;
    this.#groups = rest;
    context.expect(group.length);
    this.#need.fork(context, group);
    return true;
  }

  redirect(response: SipResponse): boolean {
    const { mayFollow, order, breadth } = this.#need;
    if (mayFollow === undefined) return false;
    const room = Math.min(breadth, MOST_REDIRECTIONS - this.#redirections);
    const found = response.list(Header.Contact).flatMap((contact) => this.#newTarget(contact, mayFollow));
    const targets = found.slice(0, Math.max(0, room));
    if (targets.length === 0) return false;
    this.#redirections += targets.length;
    this.#tried = [...this.#tried, ...targets.map(({ uri }) => uri)];
    this.#groups = [...groupsOf(targets, order), ...this.#groups];
    return true;
  }

  /** RFC 3261 16.5: no URI is tried twice for one request. */
  #newTarget(contact: string, mayFollow: (uri: SipUri) => boolean): BranchTarget[] {
    const address = parseNameAddr(contact);
    const text = asRequestUri(address?.uriText ?? '');
    const uri = parseUri(text);
    if (address === undefined || uri === undefined || uri.host === '' || !mayFollow(uri)) return [];
    if (this.#tried.some((tried) => isSame(tried, uri))) return [];
    const q = Number(headerParam(address.params, 'q') ?? 1);
    return [{ uri: text, q: q >= 0 && q <= 1 ? q : 0 }];
  }
}

function isSame(text: string, uri: SipUri): boolean {
  const other = parseUri(text);
  return other !== undefined && sameUri(other, uri);
}
