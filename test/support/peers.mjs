// The programs of others that the tests run, in one place. Plain JavaScript, because test/run.mjs needs it before anything is built.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's package; the command, or the path with at most one `*`, that shows it to be there; what the tests use it for. */
export const PEERS = [
  { package: 'sip-tester', proof: 'sipp', use: 'sipp registers and calls through the server' },
  { package: 'baresip-core', proof: 'baresip', use: 'two softphones call each other with RTP' },
  { package: 'linphone-cli', proof: 'linphonec', use: 'the softphone linphonec registers and calls' },
  { package: 'sipsak', proof: 'sipsak', use: 'sipsak asks and registers' },
  { package: 'sipvicious', proof: 'svmap', use: 'sipvicious finds no user and no password' },
  {
    package: 'kamailio',
    proof: 'kamailio',
    use: 'a real Kamailio on databases made by sipctl, and as proxy beside it',
  },
  { package: 'kamailio-sqlite-modules', proof: '/usr/lib/*/kamailio/modules/db_sqlite.so', use: 'Kamailio on SQLite' },
  { package: 'kamailio-mysql-modules', proof: '/usr/lib/*/kamailio/modules/db_mysql.so', use: 'Kamailio on MariaDB' },
  {
    package: 'kamailio-postgres-modules',
    proof: '/usr/lib/*/kamailio/modules/db_postgres.so',
    use: 'Kamailio on PostgreSQL',
  },
  { package: 'kamailio-tls-modules', proof: '/usr/lib/*/kamailio/modules/tls.so', use: 'Kamailio as TLS peer' },
  {
    package: 'kamailio-websocket-modules',
    proof: '/usr/lib/*/kamailio/modules/websocket.so',
    use: 'Kamailio as WebSocket peer',
  },
  { package: 'mariadb-server', proof: 'mariadbd', use: 'the storage on MariaDB' },
  { package: 'postgresql', proof: '/usr/lib/postgresql/*/bin/postgres', use: 'the storage on PostgreSQL' },
  { package: 'openssl', proof: 'openssl', use: 'certificates for the tests of TLS' },
  { package: 'gcc', proof: 'cc', use: "the C library's regcomp as oracle of the rules engine" },
  { package: 'libc6-dev', proof: '/usr/include/regex.h', use: 'the header of that oracle' },
];

/** The path of a command; servers live in sbin, which is not on everybody's PATH. */
export function commandPath(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function isThere(proof) {
  if (!proof.startsWith('/')) return commandPath(proof) !== undefined;
  const [before, after] = proof.split('*');
  if (after === undefined) return existsSync(proof);
  return existsSync(before) && readdirSync(before).some((name) => existsSync(join(before, name, after)));
}

export function missingPeers() {
  return PEERS.filter((peer) => !isThere(peer.proof));
}

/** Whether all these packages are on this machine, for `describe.skipIf(!havePeers('sip-tester'))`. */
export function havePeers(...packages) {
  return packages.every((name) => {
    const peer = PEERS.find((known) => known.package === name);
    if (peer === undefined) throw new Error(`${name} is not in PEERS`);
    return isThere(peer.proof);
  });
}
