import { Failure } from '../errors.js';
import type { SubscriberRow } from '../storage/rows.js';
import type { UserName } from './kinds/user.js';
import type { Tools } from './tools.js';

/** The subscriber that is meant. Throws NOT_FOUND. */
export async function findSubscriber(user: UserName, tools: Tools): Promise<SubscriberRow> {
  const { username, domain } = await tools.account(user);
  const { subscribers } = await tools.storage();
  const found = await subscribers.find(username, domain);
  if (found !== undefined) return found;
  throw new Failure('NOT_FOUND', `there is no subscriber ${username}@${domain}`, 'sipctl subscriber list names them');
}

/** A subscriber as it is shown: which columns hold its password, never what is in them. */
export function shownSubscriber({ id, username, domain, ...secrets }: SubscriberRow): object {
  const written = (['ha1', 'ha1b', 'password'] as const).filter((column) => secrets[column] !== '');
  return { id, username, domain, written };
}

export const SUBSCRIBER_COLUMNS = ['id', 'username', 'domain', 'written'];
