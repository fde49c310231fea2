import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/storage/create.js';
import { type DatabaseServer, startMariadb, startPostgres } from '../support/databases.js';
import { commandPath, havePeers } from '../support/peers.mjs';
import { temporaryFolder } from '../support/temp.js';

interface Certificates {
  authority: string;
  certificate: string;
  key: string;
}

/** An authority, and a certificate of `localhost`. */
function makeCertificates(): Certificates {
  const folder = temporaryFolder();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=authority');
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.pem');
  chmodSync(folder, 0o755);
  const path = (name: string) => join(folder, name);
  return { authority: path('ca.pem'), certificate: path('server.pem'), key: path('server.key') };
}

/** PostgreSQL takes a key that is its own user's. */
function startPostgresWithTls({ certificate, key }: Certificates): Promise<DatabaseServer> {
  if (process.getuid?.() === 0) {
    const owner = Number(execFileSync('id', ['-u', 'postgres']));
    chownSync(key, owner, statSync(key).gid);
  }
  return startPostgres(['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`]);
}

const SERVERS = [
  {
    engine: 'mysql',
    peer: 'mariadb-server',
    plain: () => startMariadb(),
    secure: ({ certificate, key }: Certificates) => startMariadb([`--ssl-cert=${certificate}`, `--ssl-key=${key}`]),
  },
  { engine: 'postgres', peer: 'postgresql', plain: () => startPostgres(), secure: startPostgresWithTls },
].filter(({ peer }) => commandPath('openssl') !== undefined && havePeers(peer));

describe.each(SERVERS)('sslmode=verify-full with $engine', ({ engine, plain, secure }) => {
  const failure = (message: string) => ({ code: 'DATABASE', message: expect.stringContaining(message) });

  it('takes a certificate of the authority for the host, and no other', async () => {
    const { authority, ...rest } = makeCertificates();
    const url = (await secure({ authority, ...rest })).newUrl().replace('127.0.0.1', 'localhost');
    await expect(createDatabase(`${url}?sslmode=verify-full`)).rejects.toMatchObject(failure('is not trusted'));
    const trusting = `${url}?sslmode=verify-full&sslrootcert=${authority}`;
    expect(await createDatabase(trusting)).toMatchObject({ created: true });
    await expect(createDatabase(trusting.replace('localhost', '127.0.0.1'))).rejects.toMatchObject(
      engine === 'mysql' ? { code: 'CONFIG' } : failure('is not trusted'),
    );
  });

  it('never falls back to a connection without TLS', async () => {
    const url = (await plain()).newUrl().replace('127.0.0.1', 'localhost');
    await expect(createDatabase(`${url}?sslmode=verify-full`)).rejects.toMatchObject(failure('offers no TLS'));
  });

  it('says so when the file of the authority is missing', async () => {
    const url = `${engine}://localhost/d?sslmode=verify-full&sslrootcert=missing.pem`;
    await expect(createDatabase(url)).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('sslrootcert cannot be read: ENOENT'),
    });
  });
});
