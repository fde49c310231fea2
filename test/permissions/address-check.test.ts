import { describe, expect, it } from 'vitest';
import { checkAddress } from '../../src/permissions/address-check.js';

describe('an entry that is to be added', () => {
  it.each([
    ['10.0.1.102', 32],
    ['2001:db8::1', 128],
    ['[2001:db8::1]', 128],
    ['gw.example.com', 32],
  ])('%s is a single host when no mask is given: %i', (ip_addr, mask) => {
    const { row, faults } = checkAddress({ grp: 200, ip_addr });
    expect(row).toEqual({ grp: 200, ip_addr, mask, port: 0, tag: null });
    expect(faults).toEqual([]);
  });

  it('has every fault named', () => {
    expect(checkAddress({ grp: 0, ip_addr: '10.0.0.1', mask: 33, port: 70_000, tag: 'x'.repeat(65) }).faults).toEqual([
      'the group is 0 and must be above 0',
      'the port is 70000 and must be 0 to 65535',
      'the mask is 33 and must be 0 to 32 for 10.0.0.1',
      'the tag has more than 64 characters',
    ]);
  });

  it('is warned about when it is an IPv6 host with the mask of an IPv4 one', () => {
    expect(checkAddress({ grp: 1, ip_addr: '2001:db8::1', mask: 32 }).warnings).toEqual([
      '2001:db8::1 with mask 32 is a network of 2^96 addresses: a single IPv6 host has mask 128',
    ]);
  });

  it('is warned about when its port keeps TCP peers out', () => {
    expect(checkAddress({ grp: 200, ip_addr: '10.0.1.102', port: 5060 }).warnings).toEqual([
      'only packets from source port 5060 match, which peers on TCP and TLS never have: 0 is any port',
    ]);
  });

  it('is warned about when it is a name', () => {
    expect(checkAddress({ grp: 1, ip_addr: 'gw.example.com' }).warnings).toHaveLength(1);
    expect(checkAddress({ grp: 1, ip_addr: '10.0.0.1', mask: 24 }).warnings).toEqual([]);
  });
});
