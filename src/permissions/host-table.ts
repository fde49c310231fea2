import type { AddressEntry, Place } from './address-row.js';
import type { Family } from './ip.js';

/** As a group: whatever group. No row has it. */
export const ANY_GROUP = 0;

interface Host {
  readonly entry: AddressEntry;
  readonly family: Family;
  readonly words: readonly number[];
  readonly next: Host | undefined;
}

/** Whether an entry is in the group and open to the port. Port 0 of an entry is any; port 0 of a packet fits only that. */
export function fits(entry: AddressEntry, group: number, port: number): boolean {
  return (entry.port === 0 || entry.port === port) && (group === ANY_GROUP || entry.grp === group);
}

/** Single addresses. Of several rows that fit, the one loaded last is found, as in Kamailio's hash table. */
export class HostTable {
  readonly #chains = new Map<number, Host>();

  add(entry: AddressEntry, { family, words }: Place): void {
    const hash = hashOf(family, words);
    this.#chains.set(hash, { entry, family, words, next: this.#chains.get(hash) });
  }

  find(group: number, family: Family, words: ArrayLike<number>, port: number): AddressEntry | undefined {
    let host = this.#chains.get(hashOf(family, words));
    while (host !== undefined) {
      if (host.family === family && isSame(host.words, words) && fits(host.entry, group, port)) return host.entry;
      host = host.next;
    }
    return undefined;
  }
}

function isSame(known: readonly number[], words: ArrayLike<number>): boolean {
  for (let word = 0; word < known.length; word++) if (known[word] !== words[word]) return false;
  return true;
}

/** IPv4 is its own hash; the words of IPv6 are mixed, so that neighbours do not share one. */
function hashOf(family: Family, words: ArrayLike<number>): number {
  if (family === 4) return words[0] as number;
  let hash = 0;
  for (let word = 0; word < 4; word++) {
    hash = Math.imul(hash ^ (words[word] as number), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
