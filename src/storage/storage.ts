import type { AddressRow, LocationRow, PasswordHash, RuleRow, RuleType, Subscriber } from './rows.js';

export type Engine = 'sqlite' | 'mysql' | 'postgres';

/**
 * One open database. Each table has one repository; all of them throw `Failure`s:
 * DATABASE (unreachable, schema missing, too old or too new), CONFLICT (exists), NOT_FOUND.
 * Every method that writes is one transaction.
 */
export interface Storage {
  readonly engine: Engine;
  /** The URL with its password masked, for messages. */
  readonly name: string;
  readonly schema: Schema;
  readonly subscribers: Subscribers;
  readonly addresses: Addresses;
  readonly rules: Rules;
  readonly locations: Locations;
  readonly meta: Meta;
  close(): Promise<void>;
}

export interface SchemaStatus {
  engine: Engine;
  database: string;
  /** Names of migrations that are in the database, oldest first. */
  applied: string[];
  /** Names of migrations that are still to run. */
  pending: string[];
  /** table -> version, as in the table `version`; empty when there is no schema. */
  versions: Record<string, number>;
}

export interface Schema {
  status(): Promise<SchemaStatus>;
  /** Creates what is missing; answers the names of the migrations that ran (none when all were there). */
  migrate(): Promise<string[]>;
  /** Throws DATABASE with a hint when the schema is missing, too old or too new. */
  demandCurrent(): Promise<void>;
}

/** What is stored of a password. */
export interface StoredPassword {
  password: string;
  ha1: string;
  ha1b: string;
  /** By algorithms beside that of ha1 and ha1b; none when left out. */
  hashes?: readonly PasswordHash[];
}

export interface NewSubscriber extends StoredPassword {
  username: string;
  domain: string;
}

export interface SubscriberFilter {
  username?: string;
  domain?: string;
}

export interface Subscribers {
  /** CONFLICT when the user exists. */
  add(subscriber: NewSubscriber): Promise<Subscriber>;
  find(username: string, domain: string): Promise<Subscriber | undefined>;
  list(filter?: SubscriberFilter): Promise<Subscriber[]>;
  /** Replaces all hashes. NOT_FOUND when there is no such user. */
  setCredentials(username: string, domain: string, password: StoredPassword): Promise<void>;
  /** Removes the user's rows from every table that has some; answers table -> rows removed. NOT_FOUND. */
  remove(username: string, domain: string): Promise<Record<string, number>>;
  /** What `remove` would remove, table -> rows. NOT_FOUND. */
  countRows(username: string, domain: string): Promise<Record<string, number>>;
  count(): Promise<number>;
}

export interface AddressFilter {
  grp?: number;
  ip_addr?: string;
  mask?: number;
  port?: number;
}

export interface Addresses {
  /** CONFLICT when the same group, address, mask and port are there. */
  add(address: Omit<AddressRow, 'id'>): Promise<AddressRow>;
  list(filter?: AddressFilter): Promise<AddressRow[]>;
  /** Removes what matches and answers the rows removed; NOT_FOUND when nothing matched. */
  remove(filter: AddressFilter): Promise<AddressRow[]>;
  count(): Promise<number>;
}

export interface NewRule {
  type: RuleType;
  rule: string;
  note: string | null;
}

export interface Rules {
  /** Allow rules first, each type by position. */
  list(): Promise<RuleRow[]>;
  /** Appends at the end of its type. CONFLICT when the same rule of the same type is there. */
  add(rule: NewRule): Promise<RuleRow>;
  /** By id. NOT_FOUND. */
  remove(id: number): Promise<RuleRow>;
  /** Replaces the whole set in one transaction, in the order given. */
  replaceAll(rules: readonly NewRule[]): Promise<{ removed: number; added: number }>;
}

export interface LocationChanges {
  /** Inserted, or updated where the ruid is known. */
  upserts: readonly LocationRow[];
  /** ruids to delete. */
  deletes: readonly string[];
}

export interface Locations {
  list(filter?: { username?: string; domain?: string | null }): Promise<LocationRow[]>;
  /** All changes in one transaction, with as few statements as the engine allows: this is the registrar's group commit. */
  apply(changes: LocationChanges): Promise<void>;
  /** Removes bindings that ended before `now`, never permanent ones; answers how many. */
  removeExpired(now: Date): Promise<number>;
}

/** Facts about this installation that must survive a restart (table sipctl_meta). */
export interface Meta {
  get(name: string): Promise<string | undefined>;
  /** Sets the value if there is none yet; answers the value that stands. */
  setOnce(name: string, value: string): Promise<string>;
}
