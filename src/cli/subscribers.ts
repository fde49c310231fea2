import { Failure } from '../errors.js';
import { DIGEST_ALGORITHMS, type DigestAlgorithm, storedAlgorithmOf } from '../sip/digest/algorithm.js';
import type { Subscriber } from '../storage/rows.js';
import type { UserName } from './kinds/user.js';
import type { Tools } from './tools.js';

/** The subscriber that is meant. Throws NOT_FOUND. */
export async function findSubscriber(user: UserName, tools: Tools): Promise<Subscriber> {
  const { username, domain } = await tools.account(user);
  const { subscribers } = await tools.storage();
  const found = await subscribers.find(username, domain);
  if (found !== undefined) return found;
  throw new Failure('NOT_FOUND', `there is no subscriber ${username}@${domain}`, 'sipctl subscriber list names them');
}

/** A subscriber as it is shown: which columns hold its password and which digests it can answer, never a hash. */
export function shownSubscriber({ id, username, domain, hashes, ...secrets }: Subscriber): object {
  const written = (['ha1', 'ha1b', 'password'] as const).filter((column) => secrets[column] !== '');
  return { id, username, domain, written, algorithms: algorithmsOf(secrets.ha1, hashes) };
}

/** Strongest first. */
function algorithmsOf(ha1: string, hashes: Subscriber['hashes']): DigestAlgorithm[] {
  const known: unknown[] = [storedAlgorithmOf(ha1), ...hashes.map((hash) => hash.algorithm)];
  return DIGEST_ALGORITHMS.filter((algorithm) => known.includes(algorithm));
}

export const SUBSCRIBER_COLUMNS = ['id', 'username', 'domain', 'written', 'algorithms'];
