import { Header } from '../sip/header.js';
import type { SipResponse } from '../sip/message.js';

/** The final answer of one branch: a response, or what counts as one (RFC 3261 16.8, 16.9). */
export interface BranchAnswer {
  readonly status: number;
  /** Undefined when nothing came back: a time-out (408) or a transport error (503). */
  readonly response: SipResponse | undefined;
}

/** 4xx that let the caller do something about it are preferred over the others (RFC 3261 16.7 step 6). */
const HELPFUL: readonly number[] = [401, 407, 415, 420, 484];

/**
 * The answer to pass on when every branch has ended without a 2xx (RFC 3261 16.7 step 6): a 6xx if there is one, else the
 * lowest class, in it the helpful ones first, and 503 last of all.
 */
export function bestAnswer(answers: readonly BranchAnswer[]): BranchAnswer | undefined {
  let best: BranchAnswer | undefined;
  for (const answer of answers) if (best === undefined || rank(answer.status) < rank(best.status)) best = answer;
  return best;
}

function rank(status: number): number {
  if (status >= 600) return status - 600;
  if (status === 503) return 9000;
  const helpful = HELPFUL.indexOf(status);
  const within = helpful === -1 ? 100 + (status % 100) : helpful;
  return Math.floor(status / 100) * 1000 + within;
}

/** The challenges of every 401 and 407, to be put into the one that is passed on (RFC 3261 16.7 step 7). */
export function challengesOf(answers: readonly BranchAnswer[], except: SipResponse): [name: string, value: string][] {
  const challenges: [string, string][] = [];
  for (const { status, response } of answers) {
    if (response === undefined || response === except || (status !== 401 && status !== 407)) continue;
    for (const value of response.all(Header.WwwAuthenticate)) challenges.push(['WWW-Authenticate', value]);
    for (const value of response.all(Header.ProxyAuthenticate)) challenges.push(['Proxy-Authenticate', value]);
  }
  return challenges;
}
