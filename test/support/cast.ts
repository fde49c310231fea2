import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { NewSubscriber, Storage } from '../../src/storage/storage.js';
import { IncomingCall, OutgoingCall } from './call.js';
import { Phone, type PhoneOptions } from './phone.js';
import { DOMAIN, type TestServer } from './server.js';

const ALGORITHMS = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256' };

export const passwordOf = (user: string): string => `secret-${user}`;

/** What `sipctl add` would write, hashes only. */
export function subscriber(username: string, password = passwordOf(username)) {
  const pair = (name: string) => {
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    return {
      ha1: hash(`${username}:${DOMAIN}:${password}`),
      ha1b: hash(`${username}@${DOMAIN}:${DOMAIN}:${password}`),
    };
  };
  const hashes = Object.entries(ALGORITHMS).map(([algorithm, name]) => ({ algorithm, ...pair(name) }));
  return { username, domain: DOMAIN, password: '', ...pair('md5'), hashes } satisfies NewSubscriber;
}

const CAST_SIZE = 80;

/** For TestServer.start: enough subscribers for the tests of one file. */
export function withCast(storage: Storage, database: string): Promise<void> {
  return withSubscribers(CAST_SIZE)(storage, database);
}

/** For TestServer.start: the subscribers u1 to uN, written in one go. */
export function withSubscribers(count: number) {
  return async (_storage: Storage, database: string): Promise<void> => {
    const connection = new Database(database);
    const insert = connection.prepare(
      'INSERT INTO subscriber (username, domain, password, ha1, ha1b) VALUES (@username, @domain, @password, @ha1, @ha1b)',
    );
    const insertHash = connection.prepare(
      `INSERT INTO sipctl_ha1 (username, domain, algorithm, ha1, ha1b, subscriber_ha1)
       VALUES (@username, @domain, @algorithm, @ha1, @ha1b, @subscriber_ha1)`,
    );
    connection.transaction(() => {
      for (let i = 1; i <= count; i += 1) {
        const { hashes, ...row } = subscriber(`u${i}`);
        insert.run(row);
        for (const hash of hashes) insertHash.run({ ...row, ...hash, subscriber_ha1: row.ha1 });
      }
    })();
    connection.close();
  };
}

/** Hands out the subscribers of `withCast`, each once, so that no test sees the bindings of another. */
export class Cast {
  #last = 0;

  constructor(readonly server: TestServer) {}

  /** The name of a subscriber whom no test has used. */
  newcomer(): string {
    this.#last += 1;
    if (this.#last > CAST_SIZE) throw new Error('CAST_SIZE is too small');
    return `u${this.#last}`;
  }

  /** A phone of the next subscriber, not registered; it is closed when the test ends. */
  async phone(options: Partial<PhoneOptions> = {}): Promise<Phone> {
    const user = options.user ?? this.newcomer();
    const { host, port, domain } = this.server;
    const server = options.host?.includes(':') ? { host: '::1', port } : { host, port };
    const phone = await Phone.open({ user, password: passwordOf(user), domain, server, ...options });
    onTestFinished(() => phone.close());
    return phone;
  }

  /** A phone of the next subscriber that has registered. */
  async registered(options: Partial<PhoneOptions> = {}): Promise<Phone> {
    const phone = await this.phone(options);
    const response = await phone.register();
    if (response.status !== 200) throw new Error(`not registered: ${response.startLine}`);
    return phone;
  }

  /** A call from one phone to another, up to and with the ACK. */
  async established(caller: Phone, callee: Phone): Promise<{ outgoing: OutgoingCall; incoming: IncomingCall }> {
    const outgoing = await new OutgoingCall(caller, callee.options.user).sendAuthenticated();
    const incoming = await IncomingCall.at(callee);
    incoming.ring();
    await outgoing.response(180);
    incoming.answer();
    await outgoing.established();
    await incoming.acknowledged();
    return { outgoing, incoming };
  }
}
