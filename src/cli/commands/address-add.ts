import { textUpTo } from '../../config/kind.js';
import { Failure } from '../../errors.js';
import type { AddressRow } from '../../storage/rows.js';
import { ADDRESS_COLUMNS, checkMask, remarks } from '../addresses.js';
import { defineCommand } from '../command.js';
import { address, group, hostBits, mask, port } from '../kinds/address.js';
import { tellServer } from '../reload.js';
import { optional } from '../spec.js';
import type { Tools } from '../tools.js';

export const addressAdd = defineCommand({
  name: 'address add',
  summary: 'Put a source address or a network into a group',
  args: { group, address, mask: optional(mask), port: optional(port), tag: optional(textUpTo(64)) },
  columns: ADDRESS_COLUMNS,
  examples: ['address add 200 10.0.1.102 32 5060 "Carrier IP address"', 'address add 200 2001:db8::1'],
  writes: 'live',
  async run(values, tools) {
    const bits = values.mask ?? hostBits(values.address.family);
    checkMask(values.address, bits);
    for (const remark of remarks(values.address, bits, values.port ?? 0)) tools.note(remark);
    const row = {
      grp: values.group,
      ip_addr: values.address.text,
      mask: bits,
      port: values.port ?? 0,
      tag: values.tag ?? null,
    };
    const added = await add(row, tools);
    await tellServer(tools, 'permissions.addressReload', {});
    return tools.changed(1, added);
  },
});

async function add(row: Omit<AddressRow, 'id'>, tools: Tools): Promise<Omit<AddressRow, 'id'>> {
  const { addresses } = await tools.storage();
  if (!tools.switches.dryRun) return addresses.add(row);
  const { grp, ip_addr, mask, port } = row;
  const same = await addresses.list({ grp, ip_addr, mask, port });
  if (same.length === 0) return row;
  throw new Failure('CONFLICT', `address ${ip_addr}/${mask} port ${port} is in group ${grp} already`);
}
