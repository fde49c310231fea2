import { type AddressEntry, AddressTable } from '../permissions/address-table.js';
import type { TrustedSources } from '../proxy/steps/source-address.js';
import type { Addresses } from '../storage/storage.js';

/** The address table in force: replaced whole by one that loads, and kept when the new one does not. */
export class AddressBook implements TrustedSources {
  readonly #store: Addresses;
  readonly #trustedGroup: number;
  #table = AddressTable.empty;
  #revision = 0;

  constructor(store: Addresses, trustedGroup: number) {
    this.#store = store;
    this.#trustedGroup = trustedGroup;
  }

  get table(): AddressTable {
    return this.#table;
  }

  /** Counts the loads. */
  get revision(): number {
    return this.#revision;
  }

  find(address: string, port: number): AddressEntry | undefined {
    return this.#table.find(this.#trustedGroup, address, port);
  }

  /** Throws a Failure with all bad rows when the table does not load; then the old one stays in force. */
  async reload(): Promise<void> {
    this.#table = AddressTable.load(await this.#store.list());
    this.#revision += 1;
  }
}
