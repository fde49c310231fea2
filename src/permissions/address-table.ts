import { Failure } from '../errors.js';
import { type AddressEntry, hostBits, placeOf, rowFaults } from './address-row.js';
import { ANY_GROUP, fits, HostTable } from './host-table.js';
import { readIp } from './ip.js';
import type { Network } from './prefix-tree.js';
import { Subnets } from './subnets.js';

export type { AddressEntry } from './address-row.js';

/** What is wrong with a row of the table: an element of the details of the Failure that refuses it. */
export interface AddressProblem {
  readonly id: number;
  readonly message: string;
}

/** The table `address` in memory, with the meaning that Kamailio's permissions module gives it (sip-behaviour 3). */
export class AddressTable {
  static readonly empty = new AddressTable([]);

  readonly #rows: readonly AddressEntry[];
  readonly #hosts = new HostTable();
  readonly #subnets: Subnets;
  readonly #names = new Map<string, AddressEntry[]>();
  readonly #hostRows: AddressEntry[] = [];
  readonly #subnetRows: AddressEntry[];
  readonly #nameRows: AddressEntry[] = [];
  /** The address asked for: a field, so that looking up allocates nothing. */
  readonly #words = new Int32Array(4);

  /** Throws Failure CONFIG with an AddressProblem for every fault when a row is bad: the whole set is refused. */
  static load(rows: readonly AddressEntry[]): AddressTable {
    const problems = rows.flatMap((row) => rowFaults(row).map((fault) => problemOf(row, fault)));
    if (problems.length > 0) {
      const sentence = `the address table has ${problems.length === 1 ? 'a bad row' : `${problems.length} faults`} and is not loaded`;
      throw new Failure('CONFIG', sentence, 'correct the rows that are named, or remove them', problems);
    }
    return new AddressTable(rows);
  }

  private constructor(rows: readonly AddressEntry[]) {
    this.#rows = rows;
    const networks: Network[] = [];
    for (const entry of rows) {
      const place = placeOf(entry);
      if (place.family === 0) this.#addName(entry);
      else if (place.bits === hostBits(place.family)) {
        this.#hosts.add(entry, place);
        this.#hostRows.push(entry);
      } else networks.push({ entry, place });
    }
    this.#subnets = new Subnets(networks);
    this.#subnetRows = networks.map(({ entry }) => entry).sort((one, other) => one.grp - other.grp);
  }

  get size(): number {
    return this.#rows.length;
  }

  /**
   * Kamailio's allow_source_address and allow_address: the entry of the group that lets this address and source port
   * in. A single host comes before any network; of the same host the row loaded last, of networks the one loaded first.
   * A text that is no IP address is looked for among the names only.
   */
  find(group: number, address: string, port: number): AddressEntry | undefined {
    return group > ANY_GROUP ? this.#find(group, address, port) : undefined;
  }

  /** Kamailio's allow_source_address_group: whatever the group; of networks the one of the lowest group. */
  findGroup(address: string, port: number): AddressEntry | undefined {
    return this.#find(ANY_GROUP, address, port);
  }

  /** Single addresses, in load order. */
  hosts(): AddressEntry[] {
    return [...this.#hostRows];
  }

  /** Networks in the order in which Kamailio tries them: by group, then in load order. */
  subnets(): AddressEntry[] {
    return [...this.#subnetRows];
  }

  /** Names, in load order. They are compared as text and never looked up in DNS. */
  names(): AddressEntry[] {
    return [...this.#nameRows];
  }

  #find(group: number, address: string, port: number): AddressEntry | undefined {
    const family = readIp(address, this.#words);
    if (family === 0) return this.#findName(group, address, port);
    return this.#hosts.find(group, family, this.#words, port) ?? this.#subnets.find(group, family, this.#words, port);
  }

  #findName(group: number, name: string, port: number): AddressEntry | undefined {
    return this.#names.get(name)?.find((entry) => fits(entry, group, port));
  }

  #addName(entry: AddressEntry): void {
    this.#nameRows.push(entry);
    const known = this.#names.get(entry.ip_addr);
    // Like hosts: the row loaded last is met first.
    if (known === undefined) this.#names.set(entry.ip_addr, [entry]);
    else known.unshift(entry);
  }
}

function problemOf({ id }: AddressEntry, fault: string): AddressProblem {
  return { id, message: `address ${id}: ${fault}` };
}
