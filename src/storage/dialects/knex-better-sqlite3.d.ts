/** knex publishes its clients for extension, without types. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import { Knex } from 'knex';

  export default class BetterSqlite3Client extends Knex.Client {
    _query(connection: object, query: { sql: string }): Promise<unknown>;
  }
}
