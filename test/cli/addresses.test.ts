import { beforeEach, describe, expect, it } from 'vitest';
import { networkOf } from '../../src/cli/addresses.js';
import { address } from '../../src/cli/kinds/address.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

let run: ReturnType<typeof cliIn>;

beforeEach(() => {
  run = cliIn(temporaryFolder());
});

async function shown(): Promise<unknown[]> {
  return JSON.parse((await run(['address', 'show', '--json'])).stdout);
}

describe('sipctl address add', () => {
  it('stores the line of the seed as kamctl does, and says what the port means', async () => {
    const { status, stderr } = await run(['address', 'add', '200', '10.0.1.102', '32', '5060', 'Carrier IP address']);
    expect(status).toBe(0);
    expect(stderr).toContain('source port 5060');
    expect(await shown()).toEqual([
      { id: 1, grp: 200, ip_addr: '10.0.1.102', mask: 32, port: 5060, tag: 'Carrier IP address' },
    ]);
  });

  it('gives an IPv6 address without a mask 128 bits, and its shortest form', async () => {
    await run(['address', 'add', '200', '[2001:DB8:0:0::1]']);
    expect(await shown()).toMatchObject([{ ip_addr: '2001:db8::1', mask: 128, port: 0, tag: null }]);
  });

  it('warns when an address with a mask is a whole network', async () => {
    expect((await run(['address', 'add', '200', '2001:db8::1', '32'])).stderr).toContain('2001:db8::/32');
    expect((await run(['address', 'add', '200', '192.168.1.0', '24'])).stderr).not.toContain('network');
  });

  it('takes an IPv4-mapped address for the IPv4 address that the server sees', async () => {
    await run(['address', 'add', '200', '::ffff:192.0.2.1']);
    expect(await shown()).toMatchObject([{ ip_addr: '192.0.2.1', mask: 32 }]);
  });

  it('takes a domain name, and says that it matches nothing', async () => {
    expect((await run(['address', 'add', '200', 'GW.example.com'])).stderr).toContain('not looked up');
    expect(await shown()).toMatchObject([{ ip_addr: 'gw.example.com' }]);
  });

  it('of an entry that is there is a CONFLICT, also in a dry run', async () => {
    await run(['address', 'add', '200', '10.0.1.102']);
    expect((await run(['address', 'add', '200', '10.0.1.102', '32', '0'])).status).toBe(5);
    expect((await run(['address', 'add', '200', '10.0.1.102', '-n'])).status).toBe(5);
    expect((await run(['address', 'add', '201', '10.0.1.102', '-n'])).status).toBe(0);
    expect(await shown()).toHaveLength(1);
  });
});

describe('sipctl address rm', () => {
  beforeEach(async () => {
    for (const rest of [['10.0.1.102'], ['10.0.1.102', '32', '5060'], ['10.0.1.103']]) {
      await run(['address', 'add', '200', ...rest]);
    }
  });

  it('removes the only entry of an address without asking', async () => {
    expect(JSON.parse((await run(['address', 'rm', '200', '10.0.1.103', '--json'])).stdout)).toMatchObject({
      changed: 1,
      removed: [{ ip_addr: '10.0.1.103' }],
    });
    expect(await shown()).toHaveLength(2);
  });

  it('asks before it removes several, and removes nothing where nobody can be asked', async () => {
    expect((await run(['address', 'rm', '200', '10.0.1.102'])).status).toBe(2);
    expect(await shown()).toHaveLength(3);
    expect((await run(['address', 'rm', '200', '10.0.1.102', '--yes'])).status).toBe(0);
    expect(await shown()).toHaveLength(1);
  });

  it('removes one of several by mask and port', async () => {
    expect((await run(['address', 'rm', '200', '10.0.1.102', '32', '5060'])).status).toBe(0);
    expect(await shown()).toMatchObject([{ port: 0 }, { ip_addr: '10.0.1.103' }]);
  });

  it('of an address that is not in the group is NOT_FOUND', async () => {
    expect((await run(['address', 'rm', '201', '10.0.1.102', '--yes'])).status).toBe(3);
  });

  it('with --dry-run removes nothing', async () => {
    expect(JSON.parse((await run(['address', 'rm', '200', '10.0.1.102', '-n', '--json'])).stdout)).toMatchObject({
      changed: 0,
      would_change: 2,
    });
    expect(await shown()).toHaveLength(3);
  });
});

describe('sipctl address show', () => {
  it('shows one group', async () => {
    await run(['address', 'add', '200', '10.0.1.102']);
    await run(['address', 'add', '300', '10.0.1.102']);
    expect((await run(['address', 'show', '300'])).stdout.split('\n')).toHaveLength(3);
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.168.1.77', 24, '192.168.1.0'],
    ['192.168.1.77', 32, '192.168.1.77'],
    ['255.255.255.255', 1, '128.0.0.0'],
    ['10.11.12.13', 12, '10.0.0.0'],
    ['2001:db8:ffff::1', 33, '2001:db8:8000::'],
    ['2001:db8::1', 128, '2001:db8::1'],
  ])('%s with mask %i is %s', (text, bits, network) => {
    expect(networkOf(address.parse(text), bits)).toBe(network);
  });
});
