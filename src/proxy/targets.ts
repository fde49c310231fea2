import type { Binding } from '../registrar/binding.js';
import { parseUri, sameUri } from '../sip/uri.js';
import type { Target } from '../transport/transport.js';

/** Where a request is to be forwarded to: one branch. */
export interface BranchTarget {
  /** The new Request-URI. */
  readonly uri: string;
  /** The binding that the URI comes from: says the connection, Path and socket to use. */
  readonly binding?: Binding;
  /** Where to send it instead of to what the URI says. */
  readonly nextHop?: Target;
  /** Preference among the targets of a request, 0 to 1; that of the binding when not given. */
  readonly q?: number;
  /** The other flows of the same phone, tried when this one fails (RFC 5626 5.3). */
  readonly otherFlows?: readonly BranchTarget[];
}

/** `q`: one group of contacts with the same q after the other, the highest first. `parallel`: all at once, as Kamailio. */
export type ForkOrder = 'q' | 'parallel';

/**
 * The target set of a request (RFC 3261 16.5) in groups: those in a group are tried at the same time, and the next group
 * when all of the one before have refused. A contact that gave no q comes last, as in Kamailio's lookup.
 */
export function groupsOf(targets: readonly BranchTarget[], order: ForkOrder): readonly (readonly BranchTarget[])[] {
  if (targets.length < 2) return targets.length === 0 ? [] : [targets];
  const unique = byPhone(withoutRepeats(targets));
  return order === 'parallel' ? [unique] : byPreference(unique);
}

/** RFC 3261 16.5: a URI is in the target set once. */
function withoutRepeats(targets: readonly BranchTarget[]): BranchTarget[] {
  const kept: BranchTarget[] = [];
  for (const target of targets) if (!kept.some((other) => isRepeat(other, target))) kept.push(target);
  return kept;
}

/** The same contact registered over two flows is no repetition: each leads to the phone by itself (RFC 5626). */
function isRepeat(a: BranchTarget, b: BranchTarget): boolean {
  if (isFlow(a) && isFlow(b) && a.binding?.regId !== b.binding?.regId) return false;
  // Two phones behind two NATs may have the same private address.
  if (a.binding?.received !== b.binding?.received) return false;
  return isSame(a.uri, b.uri);
}

function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [parseUri(a), parseUri(b)];
  return one !== undefined && other !== undefined && sameUri(one, other);
}

function isFlow({ binding }: BranchTarget): boolean {
  return binding?.instance !== undefined && binding.regId > 0;
}

/** RFC 5626 5.3: of the flows of one phone only one at a time, the newest first. */
function byPhone(targets: readonly BranchTarget[]): BranchTarget[] {
  const phones = new Map<string, BranchTarget[]>();
  const result: (BranchTarget | BranchTarget[])[] = [];
  for (const target of targets) {
    const instance = isFlow(target) ? target.binding?.instance : undefined;
    const flows = instance === undefined ? undefined : phones.get(instance);
    if (flows !== undefined) flows.push(target);
    else if (instance === undefined) result.push(target);
    else {
      const started = [target];
      phones.set(instance, started);
      result.push(started);
    }
  }
  return result.map((item) => (Array.isArray(item) ? onePhone(item) : item));
}

function onePhone(flows: readonly BranchTarget[]): BranchTarget {
  const [first, ...otherFlows] = [...flows].sort((a, b) => (b.binding?.modified ?? 0) - (a.binding?.modified ?? 0));
  return { ...(first as BranchTarget), otherFlows };
}

function byPreference(targets: readonly BranchTarget[]): BranchTarget[][] {
  const groups = new Map<number, BranchTarget[]>();
  for (const target of targets) {
    const q = qOf(target);
    const group = groups.get(q);
    if (group === undefined) groups.set(q, [target]);
    else group.push(target);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

function qOf(target: BranchTarget): number {
  return target.q ?? target.binding?.q ?? -1;
}
