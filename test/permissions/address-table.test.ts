import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { type AddressEntry, AddressTable } from '../../src/permissions/address-table.js';
import { naiveFind } from './support/naive-address-table.js';
import { Random } from './support/random.js';

let nextId = 1;
function row(grp: number, ip_addr: string, mask = 32, port = 0, tag: string | null = null): AddressEntry {
  return { id: nextId++, grp, ip_addr, mask, port, tag };
}

/** The Failure that a set is refused with. */
function refusal(...rows: readonly AddressEntry[]): Failure {
  try {
    AddressTable.load(rows);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the rows were loaded');
}

describe('a single host', () => {
  it('is found in its group only', () => {
    const carrier = row(200, '10.0.1.102');
    const table = AddressTable.load([carrier]);
    expect(table.find(200, '10.0.1.102', 5060)).toBe(carrier);
    expect(table.find(1, '10.0.1.102', 5060)).toBeUndefined();
    expect(table.find(200, '10.0.1.103', 5060)).toBeUndefined();
  });

  it('that sends from another port than the table says is not found', () => {
    const table = AddressTable.load([row(200, '10.0.1.102', 32, 5060)]);
    expect(table.find(200, '10.0.1.102', 5060)).toBeDefined();
    expect(table.find(200, '10.0.1.102', 40_000)).toBeUndefined();
    expect(table.find(200, '10.0.1.102', 0)).toBeUndefined();
  });

  it('with port 0 in the table sends from any port', () => {
    const table = AddressTable.load([row(200, '10.0.1.102')]);
    for (const port of [0, 1, 5060, 65_535]) expect(table.find(200, '10.0.1.102', port)).toBeDefined();
  });

  it('of several rows is the one loaded last, in any group too', () => {
    const rows = [row(3, '10.0.0.1', 32, 0, 'first'), row(3, '10.0.0.1', 32, 0, 'second'), row(9, '10.0.0.1')];
    const table = AddressTable.load(rows);
    expect(table.find(3, '10.0.0.1', 5060)?.tag).toBe('second');
    expect(table.findGroup('10.0.0.1', 5060)?.grp).toBe(9);
  });

  it('goes before any network', () => {
    const table = AddressTable.load([row(1, '10.0.0.0', 8), row(5, '10.0.0.1')]);
    expect(table.findGroup('10.0.0.1', 5060)?.grp).toBe(5);
    expect(table.find(1, '10.0.0.1', 5060)?.mask).toBe(8);
  });

  it.each(['10.0.0.1', '2001:db8::1'])('%s is what a mask of 0 means, not everything (security D3)', (address) => {
    const table = AddressTable.load([row(1, address, 0)]);
    expect(table.hosts()).toHaveLength(1);
    expect(table.find(1, address, 5060)).toBeDefined();
    expect(table.find(1, '192.0.2.1', 5060)).toBeUndefined();
    expect(table.find(1, '2001:db8::2', 5060)).toBeUndefined();
  });
});

describe('a network', () => {
  it('holds all addresses with its bits, host bits in the row being harmless', () => {
    const table = AddressTable.load([row(2, '192.168.7.99', 24)]);
    for (const inside of ['192.168.7.0', '192.168.7.99', '192.168.7.255']) {
      expect(table.find(2, inside, 5060)).toBeDefined();
    }
    for (const outside of ['192.168.6.255', '192.168.8.0']) expect(table.find(2, outside, 5060)).toBeUndefined();
  });

  it('loaded first wins, however long the others are', () => {
    const table = AddressTable.load([row(2, '10.0.0.0', 8, 0, 'wide'), row(2, '10.1.0.0', 16, 0, 'narrow')]);
    expect(table.find(2, '10.1.2.3', 5060)?.tag).toBe('wide');
  });

  it('of the lowest group wins when no group is given', () => {
    const table = AddressTable.load([row(7, '10.0.0.0', 24), row(3, '10.0.0.0', 8), row(3, '10.0.0.0', 16)]);
    expect(table.findGroup('10.0.0.9', 5060)).toMatchObject({ grp: 3, mask: 8 });
    expect(table.subnets().map(({ grp, mask }) => [grp, mask])).toEqual([
      [3, 8],
      [3, 16],
      [7, 24],
    ]);
  });

  it('that is closed to the port gives way to one that is open', () => {
    const table = AddressTable.load([row(2, '10.0.0.0', 8, 5070), row(2, '10.0.0.0', 8, 5080), row(2, '10.0.0.0', 9)]);
    expect(table.find(2, '10.0.0.1', 5080)?.port).toBe(5080);
    expect(table.find(2, '10.0.0.1', 5060)?.mask).toBe(9);
  });

  it('of IPv6 is what a mask of 32 means', () => {
    const table = AddressTable.load([row(2, '2001:db8::1', 32)]);
    expect(table.hosts()).toHaveLength(0);
    expect(table.find(2, '2001:db8:ffff::2', 5060)).toBeDefined();
  });

  it('may cover half of all addresses, and never a whole family', () => {
    const table = AddressTable.load([row(2, '128.0.0.0', 1)]);
    expect(table.find(2, '192.0.2.1', 5060)).toBeDefined();
    expect(table.find(2, '127.0.0.1', 5060)).toBeUndefined();
    expect(table.find(2, '8000::1', 5060)).toBeUndefined();
  });

  it('is one of as many as there are: Kamailio drops those after the 512th', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => row(1, `10.${i >> 8}.${i & 255}.0`, 24));
    const table = AddressTable.load(rows);
    expect(rows.every((one) => table.find(1, one.ip_addr, 5060) === one)).toBe(true);
  });
});

describe('families', () => {
  it('do not match each other, but IPv4-mapped IPv6 is IPv4', () => {
    const table = AddressTable.load([row(1, '10.0.0.1'), row(1, '::a00:2', 128), row(1, '::ffff:10.0.0.3', 128)]);
    expect(table.find(1, '::ffff:10.0.0.1', 5060)).toBeDefined();
    expect(table.find(1, '::10.0.0.1', 5060)).toBeUndefined();
    expect(table.find(1, '10.0.0.2', 5060)).toBeUndefined();
    expect(table.find(1, '10.0.0.3', 5060)).toBeDefined();
  });

  it('compare addresses, not texts', () => {
    const table = AddressTable.load([row(1, '[2001:DB8:0::1]', 128)]);
    expect(table.find(1, '2001:db8::1', 5060)?.ip_addr).toBe('[2001:DB8:0::1]');
  });

  it('take a mapped network as the IPv4 network', () => {
    const table = AddressTable.load([row(1, '::ffff:10.0.0.0', 104)]);
    expect(table.find(1, '10.9.9.9', 5060)).toBeDefined();
    expect(table.find(1, '11.9.9.9', 5060)).toBeUndefined();
  });
});

describe('a name', () => {
  it('is compared as text with the same case, and never with an address', () => {
    const table = AddressTable.load([row(4, 'gw.example.com', 32, 0, 'gw')]);
    expect(table.find(4, 'gw.example.com', 5060)?.tag).toBe('gw');
    expect(table.find(4, 'GW.example.com', 5060)).toBeUndefined();
    expect(table.find(4, '127.0.0.1', 5060)).toBeUndefined();
    expect(table.names()).toHaveLength(1);
  });
});

describe('an empty table', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', '', 'x'])('trusts nobody, not %j (security D3)', (address) => {
    expect(AddressTable.empty.find(1, address, 0)).toBeUndefined();
    expect(AddressTable.empty.findGroup(address, 0)).toBeUndefined();
    expect(AddressTable.empty.size).toBe(0);
  });

  it('has no group 0 and no negative one', () => {
    const table = AddressTable.load([row(1, '10.0.0.1'), row(2, '10.0.0.0', 8)]);
    expect(table.find(0, '10.0.0.1', 5060)).toBeUndefined();
    expect(table.find(-1, '10.0.0.1', 5060)).toBeUndefined();
  });
});

describe('a bad row', () => {
  it.each([
    [row(0, '10.0.0.1'), 'the group is 0 and must be above 0'],
    [row(1.5, '10.0.0.1'), 'the group is 1.5 and must be above 0'],
    [row(1, '10.0.0.1', 33), 'the mask is 33 and must be 0 to 32 for 10.0.0.1'],
    [row(1, '10.0.0.1', -1), 'the mask is -1 and must be 0 to 32 for 10.0.0.1'],
    [row(1, '::1', 129), 'the mask is 129 and must be 0 to 128 for ::1'],
    [row(1, '10.0.0.1', 32, 65_536), 'the port is 65536 and must be 0 to 65535'],
    [row(1, '10.0.0.1', 32, -1), 'the port is -1 and must be 0 to 65535'],
    [row(1, '10.0.0.256'), '"10.0.0.256" is neither an IP address nor a name'],
    [row(1, '10.0.0.0/24'), '"10.0.0.0/24" is neither an IP address nor a name'],
    [row(1, '2001:db8::g'), '"2001:db8::g" is neither an IP address nor a name'],
    [row(1, ''), '"" is neither an IP address nor a name'],
    [
      row(1, '::ffff:10.0.0.1', 32),
      '::ffff:10.0.0.1 with mask 32 is no IPv4 network: write the IPv4 address with its own mask',
    ],
  ])('is named: %j', (bad, fault) => {
    expect(refusal(bad).details).toEqual([{ id: bad.id, message: `address ${bad.id}: ${fault}` }]);
  });

  it('refuses the whole set, with everything that is wrong with it', () => {
    const failure = refusal(row(1, '10.0.0.1'), row(0, '10.0.0.2', 40), row(1, '10.0.0.300'));
    expect(failure.code).toBe('CONFIG');
    expect(failure.details).toHaveLength(3);
  });
});

describe('the table as a whole', () => {
  it('lists hosts, networks and names, as written', () => {
    const rows = [row(2, '[::1]', 0), row(1, '10.0.0.0', 8), row(1, 'a.b'), row(1, '10.0.0.1'), row(1, '::', 1)];
    const table = AddressTable.load(rows);
    expect(table.hosts()).toEqual([rows[0], rows[3]]);
    expect(table.subnets()).toEqual([rows[1], rows[4]]);
    expect(table.names()).toEqual([rows[2]]);
    expect(table.size).toBe(5);
  });

  it('agrees with a look-up row by row on random tables', () => {
    const random = new Random(3_261);
    let found = 0;
    for (let round = 0; round < 200; round++) {
      const rows = random.many(0, 60, () => randomRow(random));
      const table = AddressTable.load(rows);
      for (let question = 0; question < 100; question++) {
        const [address, port] = [randomAddress(random), random.pick(PORTS)];
        const group = 1 + random.below(3);
        const expected = naiveFind(rows, group, address, port);
        expect(table.find(group, address, port)).toBe(expected);
        expect(table.findGroup(address, port)).toBe(naiveFind(rows, undefined, address, port));
        if (expected !== undefined) found++;
      }
    }
    expect(found).toBeGreaterThan(2_000);
  });
});

const PORTS = [0, 0, 5060, 5070];

function randomRow(random: Random): AddressEntry {
  const address = randomAddress(random);
  const most = address.includes(':') ? 128 : 32;
  const mask = random.once(3) ? most : random.once(8) ? 0 : 1 + random.below(most);
  return row(1 + random.below(3), address, mask, random.pick(PORTS));
}

/** From a small world, so that rows and questions meet. */
function randomAddress(random: Random): string {
  const octet = () => random.pick([0, 1, 2, 127, 128, 255]);
  if (random.once(2)) return `${random.pick([10, 11, 192])}.${octet()}.${octet()}.${octet()}`;
  const group = () => random.pick(['0', '1', '8000', 'ffff']);
  return `${random.pick(['2001', 'fe80'])}:${group()}:0:${group()}:0:0:${group()}:${group()}`;
}
