import type { Knex } from 'knex';
import type { Engine } from '../storage.js';
import type { ColumnType } from '../tables/table.js';
import type { TimeCodec } from '../time.js';
import type { DatabaseUrl } from '../url.js';
import type { BulkChange } from './bulk.js';

/** Everything in which an engine differs from the others; nothing else in src/storage asks which one it is. */
export interface Dialect {
  readonly engine: Engine;
  readonly times: TimeCodec;
  /** The largest number that Kamailio's column type for ports holds here. */
  readonly largestSmallint: number;
  readonly ddl: Ddl;
  /** Loads the driver. `database` overrides the URL's, for the connection that creates it. */
  knexConfig(url: DatabaseUrl, database?: string): Promise<Knex.Config>;
  /** Rows whose column is exactly this text, in case, accents and trailing blanks too. */
  whereText(query: Knex.QueryBuilder, column: string, text: string): Knex.QueryBuilder;
  tableNames(knex: Knex): Promise<string[]>;
  /** Inserts one row and answers its id. */
  insertRow(knex: Knex, table: string, row: object): Promise<number>;
  /** Carries out many changes of one table, as quickly as the engine can. */
  bulk(transaction: Knex, change: BulkChange): Promise<void>;
  /** Brings an existing database into the state that we write in; done with the schema. */
  prepare(knex: Knex): Promise<void>;
  /** Runs work while no other process does the same to this database; a process that dies sets it free. */
  exclusively<T>(knex: Knex, work: (knex: Knex) => Promise<T>): Promise<T>;
}

/** The spelling of CREATE TABLE. */
export interface Ddl {
  readonly id: string;
  /** Indexes in CREATE TABLE itself, where DDL commits by itself and a crash must not lose half of it. */
  readonly inlineIndexes: boolean;
  columnType(type: ColumnType): string;
  quote(identifier: string): string;
  indexName(table: string, index: string): string;
}
