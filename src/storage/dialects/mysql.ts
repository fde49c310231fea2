import { Failure } from '../../errors.js';
import type { ColumnType } from '../tables/table.js';
import { localTimes } from '../time.js';
import type { ServerUrl } from '../url.js';
import { bulkOnServer } from './bulk.js';
import { CONNECT_TIMEOUT, QUIET, SERVER_POOL } from './connection.js';
import type { Dialect } from './dialect.js';
import { standardColumnType } from './standard.js';
import { tlsOptions } from './tls.js';

/** Seconds that one `db create` waits for another. */
const LOCK_WAIT = 30;
const LOCK = "concat('sipctl.', left(database(), 50))";

export const mysql: Dialect = {
  engine: 'mysql',
  times: localTimes,
  largestSmallint: 65_535,
  ddl: {
    id: 'INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL',
    inlineIndexes: true,
    columnType,
    quote: (identifier) => `\`${identifier}\``,
    indexName: (_table, index) => index,
  },

  async knexConfig(url, database) {
    const { user, password, host, port, socket } = url as ServerUrl;
    return {
      ...QUIET,
      migrations: { ...QUIET.migrations, disableTransactions: true },
      client: 'mysql2',
      connection: {
        ...(socket === undefined ? { host, port } : { socketPath: socket }),
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password }),
        database: database ?? (url as ServerUrl).database,
        charset: 'utf8mb4',
        // Times are text to us, read in one place (time.ts).
        dateStrings: true,
        connectTimeout: CONNECT_TIMEOUT,
        ...tlsOptions(url as ServerUrl),
      },
      pool: { ...SERVER_POOL, afterCreate: setUp },
    };
  },

  // The column's collation finds the candidates by index, the comparison of bytes decides.
  whereText: (query, column, text) =>
    query.where(column, text).whereRaw('cast(convert(?? using utf8mb4) as binary) = cast(? as binary)', [column, text]),

  // Named again, because MySQL 8 answers the column in capitals.
  async tableNames(knex) {
    const tables = knex('information_schema.tables').whereRaw('table_schema = database()');
    const rows = await tables.select({ name: 'table_name' });
    return rows.map((row) => row.name);
  },

  async insertRow(knex, table, row) {
    const [id] = await knex(table).insert(row);
    return Number(id);
  },

  bulk: bulkOnServer,

  async prepare() {},

  // CREATE TABLE commits by itself here, so that no transaction can hold the lock, and a crash leaves knex's set.
  async exclusively(knex, work) {
    const connection = await knex.client.acquireConnection();
    try {
      const [[row]] = await knex.raw(`select get_lock(${LOCK}, ?) as locked`, [LOCK_WAIT]).connection(connection);
      if (row.locked !== 1) throw new Failure('DATABASE', 'another program is changing the schema of this database');
      await knex.migrate.forceFreeMigrationsLock();
      const result = await work(knex);
      await knex.raw(`do release_lock(${LOCK})`).connection(connection);
      return result;
    } catch (error) {
      // The lock goes with its connection.
      connection.destroy();
      throw error;
    } finally {
      knex.client.releaseConnection(connection);
    }
  },
};

function columnType(type: ColumnType): string {
  switch (type.kind) {
    case 'int':
      return 'INT(11)';
    case 'unsigned':
      return `INT(${type.display}) UNSIGNED`;
    case 'smallint':
      return 'SMALLINT(5) UNSIGNED';
    case 'float':
      return `FLOAT(${type.digits},${type.decimals})`;
    case 'datetime':
      return 'DATETIME';
    default:
      return standardColumnType(type);
  }
}

interface Connection {
  query(sql: string, done: (error: unknown) => void): void;
}

/**
 * Whatever the server's setting is: a value that does not fit is refused instead of cut, and a backslash escapes, as
 * mysql2 has it when it binds values.
 */
function setUp(connection: Connection, done: (error: unknown, connection: Connection) => void): void {
  connection.query("set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", (error) =>
    done(error, connection),
  );
}
