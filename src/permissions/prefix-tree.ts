import type { AddressEntry, Place } from './address-row.js';

/** A network and the row that it comes from. */
export interface Network {
  readonly entry: AddressEntry;
  readonly place: Place;
}

/** No node, no entry. */
const NONE = 0;

/** What a node consists of: numbers side by side, so that a step down the tree costs one memory access. */
const LENGTH = 0;
/** 1 + the first entry of exactly this network; NONE for a mere fork. */
const FIRST = 1;
/** The two nodes below, by the bit after the prefix. */
const CHILDREN = 2;
const KEY = 4;

/**
 * The networks of one family and group: a binary tree of prefixes in which no node has a single child without being a
 * network itself. Of all networks around an address the first in load order wins, whatever its length
 * (Kamailio's subnet_match_mode 0).
 */
export class PrefixTree {
  /** Numbers of a node. */
  readonly #width: number;
  readonly #entries: readonly AddressEntry[];
  /** A node is named by the index of its first number; the root, of which everything is a part, is node 0. */
  readonly #nodes: Int32Array;
  /** By entry: 1 + the next entry of the same network. */
  readonly #next: Int32Array;
  #size: number;

  /** @param networks all of one family, in load order, of one bit at least */
  constructor(networks: readonly Network[]) {
    this.#width = KEY + (networks[0]?.place.words.length ?? 1);
    this.#entries = networks.map(({ entry }) => entry);
    this.#nodes = new Int32Array((2 * networks.length + 1) * this.#width);
    this.#next = new Int32Array(networks.length);
    this.#size = this.#width;
    // From the last to the first, so that each network's list comes out in load order.
    for (let entry = networks.length - 1; entry >= 0; entry--) {
      this.#attach(this.#nodeOf((networks[entry] as Network).place), entry);
    }
  }

  /** The first entry in load order whose network holds the address and whose port fits. */
  find(words: ArrayLike<number>, port: number): AddressEntry | undefined {
    let best = this.#entries.length;
    let node = 0;
    do {
      const length = this.#at(node + LENGTH);
      if (this.#common(node, words, length) < length) break;
      best = this.#firstOpen(node, port, best);
      node = this.#at(node + CHILDREN + bitAt(words, length));
    } while (node !== NONE);
    return this.#entries[best];
  }

  #at(index: number): number {
    return this.#nodes[index] as number;
  }

  /** The first entry of a node that is open to the port, if it comes before `best`. */
  #firstOpen(node: number, port: number, best: number): number {
    for (let link = this.#at(node + FIRST); link !== NONE && link <= best; link = this.#next[link - 1] as number) {
      const { port: wanted } = this.#entries[link - 1] as AddressEntry;
      if (wanted === 0 || wanted === port) return link - 1;
    }
    return best;
  }

  /** The node of exactly this network, made where there is none. */
  #nodeOf({ words, bits }: Place): number {
    let slot = CHILDREN + bitAt(words, 0);
    let node = this.#at(slot);
    while (node !== NONE) {
      const length = this.#at(node + LENGTH);
      const common = this.#common(node, words, Math.min(length, bits));
      if (common < length) node = this.#fork(slot, node, words, common);
      if (common === bits) return node;
      slot = node + CHILDREN + bitAt(words, common);
      node = this.#at(slot);
    }
    node = this.#node(words, bits);
    this.#nodes[slot] = node;
    return node;
  }

  /** Puts a node of the first `length` bits above `node`, into the slot that leads to it. */
  #fork(slot: number, node: number, words: readonly number[], length: number): number {
    const fork = this.#node(words, length);
    this.#nodes[slot] = fork;
    this.#nodes[fork + CHILDREN + this.#keyBit(node, length)] = node;
    return fork;
  }

  #attach(node: number, entry: number): void {
    this.#next[entry] = this.#at(node + FIRST);
    this.#nodes[node + FIRST] = entry + 1;
  }

  #node(words: readonly number[], length: number): number {
    const node = this.#size;
    this.#size += this.#width;
    this.#nodes[node + LENGTH] = length;
    this.#nodes.set(words, node + KEY);
    return node;
  }

  #keyBit(node: number, position: number): number {
    return (this.#at(node + KEY + (position >>> 5)) >>> (31 - (position & 31))) & 1;
  }

  /** How many of the first `limit` bits a node and an address have in common. */
  #common(node: number, words: ArrayLike<number>, limit: number): number {
    for (let word = 0; word * 32 < limit; word++) {
      const difference = this.#at(node + KEY + word) ^ (words[word] as number);
      if (difference !== 0) return Math.min(limit, word * 32 + Math.clz32(difference));
    }
    return limit;
  }
}

/** A bit of an address, 0 being the first; 0 beyond the last one. */
function bitAt(words: ArrayLike<number>, position: number): number {
  return ((words[position >>> 5] ?? 0) >>> (31 - (position & 31))) & 1;
}
