import type { AddressEntry } from './address-row.js';
import { ANY_GROUP } from './host-table.js';
import type { Family } from './ip.js';
import { type Network, PrefixTree } from './prefix-tree.js';

/** The trees of one group. */
type Trees = ReadonlyMap<Family, PrefixTree>;

/** Networks by group. Without a group the lowest one that holds the address wins: Kamailio's array is in that order. */
export class Subnets {
  /** In ascending order of the group. */
  readonly #groups: ReadonlyMap<number, Trees>;

  /** @param networks in load order */
  constructor(networks: readonly Network[]) {
    const groups = [...grouped(networks, ({ entry }) => entry.grp)].sort(([one], [other]) => one - other);
    this.#groups = new Map(groups.map(([group, members]) => [group, treesOf(members)]));
  }

  find(group: number, family: Family, words: ArrayLike<number>, port: number): AddressEntry | undefined {
    if (group !== ANY_GROUP) return this.#groups.get(group)?.get(family)?.find(words, port);
    for (const trees of this.#groups.values()) {
      const entry = trees.get(family)?.find(words, port);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}

function treesOf(networks: readonly Network[]): Trees {
  const families = grouped(networks, ({ place }) => place.family);
  return new Map([...families].map(([family, members]) => [family, new PrefixTree(members)]));
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
