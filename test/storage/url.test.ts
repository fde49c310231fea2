import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { maskUrl, parseDatabaseUrl } from '../../src/storage/url.js';

describe('the URL of an SQLite database', () => {
  it.each([
    ['sqlite:/var/lib/sipctl/sipctl.db', '/var/lib/sipctl/sipctl.db'],
    ['sqlite:///var/lib/sipctl.db', '/var/lib/sipctl.db'],
    ['sqlite:////etc/kamailio/kamailio.sqlite', '/etc/kamailio/kamailio.sqlite'],
    ['SQLite:/a b%20c?d', '/a b%20c?d'],
    ['sqlite:here.db', resolve('here.db')],
    ['sqlite::memory:', ':memory:'],
  ])('%s is the file %s', (text, path) => {
    expect(parseDatabaseUrl(text)).toEqual({ engine: 'sqlite', path, masked: `sqlite:${path}` });
  });
});

describe("the URL of a server's database", () => {
  it('has user, password, host, port and name', () => {
    expect(parseDatabaseUrl('mysql://kamailio:kamailiorw@db.example:3307/kamailio')).toEqual({
      engine: 'mysql',
      user: 'kamailio',
      password: 'kamailiorw',
      host: 'db.example',
      port: 3307,
      database: 'kamailio',
      socket: undefined,
      tls: false,
      tlsAuthority: undefined,
      masked: 'mysql://kamailio:***@db.example:3307/kamailio',
    });
  });

  it.each([
    ['mariadb://h/d', { engine: 'mysql', port: 3306 }],
    ['postgres://h/d', { engine: 'postgres', port: 5432 }],
    ['postgresql://h/d', { engine: 'postgres' }],
    ['pgsql://h/d', { engine: 'postgres' }],
    ['mysql://u@h/d', { user: 'u', password: undefined }],
    ['mysql://u:@h/d', { user: 'u', password: '' }],
    ['mysql:///d', { host: 'localhost', user: undefined }],
    ['postgres://[::1]:5433/d', { host: '::1', port: 5433 }],
    ['postgres://[::1]/d', { host: '::1', port: 5432 }],
    ['mysql://u:p%40ss%2Fword@h/d', { password: 'p@ss/word' }],
    ['mysql://u:p@ss/w:rd@h/d', { user: 'u', password: 'p@ss/w:rd', host: 'h' }],
    ['mysql://u:100%@h/d', { password: '100%' }],
    ['mysql://h/d?socket=/run/mysqld/mysqld.sock', { socket: '/run/mysqld/mysqld.sock', tls: false }],
    ['postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem', { tls: true, tlsAuthority: '/ca.pem' }],
    ['postgres://h/d?sslmode=disable', { tls: false }],
  ])('%s', (text, parts) => {
    expect(parseDatabaseUrl(text)).toMatchObject(parts);
  });
});

describe('a URL that is not valid', () => {
  it.each([
    ['', 'must begin with one of sqlite:, mysql:,'],
    ['oracle://h/d', 'must begin with one of'],
    ['kamailio', 'must begin with one of'],
    ['sqlite:', 'names no file'],
    ['sqlite://', 'names no file'],
    ['mysql:kamailio', 'is followed by //HOST/NAME'],
    ['mysql://u:secret@h', 'names no database'],
    ['mysql://u:secret@h/', 'names no database'],
    ['mysql://h:0/d', 'the port is not 1 to 65535'],
    ['mysql://h:65536/d', 'the port is not 1 to 65535'],
    ['mysql://h:x/d', 'the port is not 1 to 65535'],
    ['mysql://[::1/d', 'no IPv6 address'],
    ['mysql://[localhost]/d', 'no IPv6 address'],
    ['postgres://h/d?sslmode=require', 'sslmode is disable or verify-full'],
    ['postgres://h/d?password=x', 'its parameters are socket, sslmode, sslrootcert'],
  ])('%s: %s', (text, why) => {
    expect(() => parseDatabaseUrl(text)).toThrow(Failure);
    expect(() => parseDatabaseUrl(text)).toThrow(why);
  });

  it('is told without its password', () => {
    expect(() => parseDatabaseUrl('mysql://u:secret@h')).toThrow('mysql://u:***@h is not valid');
  });
});

describe('maskUrl', () => {
  it.each([
    ['mysql://u:p@h/d', 'mysql://u:***@h/d'],
    ['mysql://u:p@ss:w/rd@h:3306/d', 'mysql://u:***@h:3306/d'],
    ['mysql://u@h:3306/d', 'mysql://u@h:3306/d'],
    ['mysql://h:3306/d', 'mysql://h:3306/d'],
    ['sqlite:/a:b@c', 'sqlite:/a:b@c'],
  ])('%s is shown as %s', (text, masked) => {
    expect(maskUrl(text)).toBe(masked);
  });
});
