import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { TlsMaterial, type TlsOptions } from '../../src/transport/tls-material.js';
import { VirtualClock } from '../../src/util/clock.js';
import { Authority, type CertificateFiles, openssl } from '../support/certificates.js';
import { havePeers } from '../support/peers.mjs';
import { temporaryFolder } from '../support/temp.js';

const DAY = 86_400_000;

describe.skipIf(!havePeers('openssl'))('TLS material', () => {
  const authority = new Authority();
  const [good, other] = [authority.issue(['DNS:a.example.com']), authority.issue(['DNS:b.example.com'])];
  const folder = temporaryFolder();

  function using(...files: readonly CertificateFiles[]): TlsOptions {
    return { certificates: files.map((file) => file.certificate), keys: files.map((file) => file.key) };
  }

  async function load(options: TlsOptions, at = Date.now()): Promise<{ material: TlsMaterial; warnings: string[] }> {
    const warnings: string[] = [];
    const log = { debug() {}, warn: (_fields: object, text: string) => warnings.push(text) };
    return { material: await TlsMaterial.load(options, { clock: new VirtualClock(at), log }), warnings };
  }

  function refusalOf(options: TlsOptions, at?: number): Promise<unknown> {
    return load(options, at).then(
      () => undefined,
      (error) => error,
    );
  }

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  it('is loaded from a certificate and its key, without a warning', async () => {
    const { warnings } = await load(using(good, other));
    expect(warnings).toEqual([]);
  });

  it('takes the key out of the file of the certificate when no key is named', async () => {
    const both = file('both.pem', readFileSync(good.certificate, 'utf8') + readFileSync(good.key, 'utf8'));
    const { material } = await load({ certificates: [both] });
    expect(material.main.key).toContain('PRIVATE KEY');
  });

  it.each([0o640, 0o604])('warns of a key file of mode %o (security S6)', async (mode) => {
    const open = authority.issue(['DNS:a.example.com']);
    chmodSync(open.key, mode);
    const { warnings } = await load(using(open));
    expect(warnings).toEqual([expect.stringContaining(open.key)]);
  });

  const passphrase = 'correct-horse';
  const locked = { certificate: good.certificate, key: join(folder, 'locked.key') };
  openssl('pkcs8', '-topk8', '-in', good.key, '-passout', `pass:${passphrase}`, '-out', locked.key);
  const store = join(folder, 'store.p12');
  openssl(
    ...['pkcs12', '-export', '-in', good.certificate, '-inkey', good.key],
    ...['-passout', `pass:${passphrase}`, '-out', store],
  );
  const nowhere = join(folder, 'nowhere.pem');
  const empty = file('empty.pem', '');
  const badBlock = '-----BEGIN CERTIFICATE-----\nTm8=\n-----END CERTIFICATE-----\n';
  const badAuthority = file('bad-ca.pem', authority.pem + badBlock);

  it.each<[string, TlsOptions, string]>([
    ['a missing certificate', { certificates: [nowhere], keys: [good.key] }, nowhere],
    ['a missing key', { certificates: [good.certificate], keys: [nowhere] }, nowhere],
    ['an empty certificate', { certificates: [empty], keys: [good.key] }, empty],
    ['a key where a certificate should be', { certificates: [good.key], keys: [good.key] }, good.key],
    ['a certificate without key', { certificates: [good.certificate] }, good.certificate],
    ['a key that belongs to another', { certificates: [good.certificate], keys: [other.key] }, other.key],
    ['two missing certificates', { certificates: [nowhere, nowhere] }, nowhere],
    ['a locked key', using(locked), locked.key],
    ['a PKCS#12 file', { certificates: [store] }, store],
    ['a missing ca', { ...using(good), ca: nowhere }, nowhere],
    ['a ca without certificates', { ...using(good), ca: good.key }, good.key],
    ['a ca with a broken certificate', { ...using(good), ca: badAuthority }, badAuthority],
  ])('refuses %s, naming the file and nothing secret', async (_what, options, path) => {
    const failure = await refusalOf(options);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'CONFIG', message: expect.stringContaining(path) });
    expect(`${(failure as Failure).message} ${(failure as Failure).hint}`).not.toContain(passphrase);
  });

  it('refuses a certificate that has expired or is not valid yet', async () => {
    expect(await refusalOf(using(good), Date.now() + 2 * DAY)).toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining(`${good.certificate} has expired`),
    });
    expect(await refusalOf(using(good), Date.now() - DAY)).toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining(`${good.certificate} is not valid before`),
    });
  });

  it('refuses certificates and keys that do not make pairs', async () => {
    const failure = await refusalOf({ certificates: [good.certificate, other.certificate], keys: [good.key] });
    expect(failure).toMatchObject({ code: 'CONFIG', message: 'there are 2 certificates and 1 keys' });
  });

  it('refuses to demand certificates of clients when nobody is trusted to issue them', async () => {
    expect(await refusalOf({ ...using(good), verifyClient: true })).toMatchObject({ code: 'CONFIG' });
  });
});
