import { expect, it } from 'vitest';
import { HOSTILE_TEXTS, onEachEngine } from './support.js';

const carrier = { grp: 200, ip_addr: '10.0.1.102', mask: 32, port: 5060, tag: 'Carrier' };

onEachEngine('addresses', (opened) => {
  const addresses = () => opened.storage.addresses;

  it('adds an address and lists it with its id', async () => {
    const added = await addresses().add(carrier);
    expect(added).toEqual({ id: expect.any(Number), ...carrier });
    expect(await addresses().list()).toEqual([added]);
    expect(await addresses().count()).toBe(1);
  });

  it('keeps a missing tag as NULL', async () => {
    await addresses().add({ ...carrier, tag: null });
    expect(await addresses().list()).toMatchObject([{ tag: null }]);
  });

  it('refuses the same group, address, mask and port, whatever the tag', async () => {
    await addresses().add(carrier);
    await expect(addresses().add({ ...carrier, tag: 'other' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'address 10.0.1.102/32 port 5060 is in group 200 already',
    });
    for (const change of [{ grp: 201 }, { ip_addr: '10.0.1.103' }, { mask: 24 }, { port: 0 }]) {
      await addresses().add({ ...carrier, ...change });
    }
    expect(await addresses().count()).toBe(5);
  });

  it('lets one of several additions of the same address succeed', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => addresses().add(carrier)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' });
    }
    expect(await addresses().count()).toBe(1);
  });

  it('lists and removes what matches all that is given', async () => {
    const kept = await addresses().add({ ...carrier, grp: 201 });
    const one = await addresses().add(carrier);
    const other = await addresses().add({ ...carrier, port: 0 });
    expect(await addresses().list({ grp: 200 })).toEqual([one, other]);
    expect(await addresses().list({ grp: 200, port: 0, mask: 32, ip_addr: '10.0.1.102' })).toEqual([other]);
    expect(await addresses().remove({ grp: 200, ip_addr: '10.0.1.102' })).toEqual([one, other]);
    expect(await addresses().list()).toEqual([kept]);
  });

  it('says so when nothing matches', async () => {
    await addresses().add(carrier);
    await expect(addresses().remove({ grp: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await addresses().count()).toBe(1);
  });

  it('stores hostile text exactly, and removes that row alone by it', async () => {
    for (const text of HOSTILE_TEXTS) await addresses().add({ ...carrier, ip_addr: text, tag: text });
    for (const text of HOSTILE_TEXTS) {
      expect(await addresses().remove({ ip_addr: text })).toMatchObject([{ ip_addr: text, tag: text }]);
    }
  });

  it('stores a port that fits Kamailio’s column, or says why it does not', async () => {
    await addresses().add({ ...carrier, port: 32_767 });
    const high = addresses().add({ ...carrier, port: 40_000 });
    if (opened.engine === 'postgres') {
      await expect(high).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('above 32767') });
    } else {
      expect(await high).toMatchObject({ port: 40_000 });
    }
  });
});
