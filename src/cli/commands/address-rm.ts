import { Failure } from '../../errors.js';
import type { AddressFilter } from '../../storage/storage.js';
import { checkMask } from '../addresses.js';
import { defineCommand } from '../command.js';
import { address, group, mask, port } from '../kinds/address.js';
import { tellServer } from '../reload.js';
import { optional } from '../spec.js';

export const addressRm = defineCommand({
  name: 'address rm',
  summary: 'Take an address out of a group: all its entries, or only those with that mask and port',
  args: { group, address, mask: optional(mask), port: optional(port) },
  columns: ['grp', 'ip_addr', 'removed'],
  examples: ['address rm 200 10.0.1.102', 'address rm 200 192.168.1.0 24 5060 --yes'],
  writes: 'live',
  async run(values, tools) {
    if (values.mask !== undefined) checkMask(values.address, values.mask);
    const filter: AddressFilter = {
      grp: values.group,
      ip_addr: values.address.text,
      ...(values.mask === undefined ? {} : { mask: values.mask }),
      ...(values.port === undefined ? {} : { port: values.port }),
    };
    const { addresses } = await tools.storage();
    const found = await addresses.list(filter);
    if (found.length === 0) {
      throw new Failure('NOT_FOUND', `group ${values.group} has no such entry for ${values.address.text}`);
    }
    if (found.length > 1) await tools.confirm(`Remove all ${found.length} entries of ${values.address.text}?`);
    const removed = tools.switches.dryRun ? found : await addresses.remove(filter);
    await tellServer(tools, 'permissions.addressReload', {});
    return tools.changed(removed.length, { grp: values.group, ip_addr: values.address.text, removed });
  },
});
