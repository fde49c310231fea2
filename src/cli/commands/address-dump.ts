import { defineCommand } from '../command.js';
import { hostBits } from '../kinds/address.js';

export const addressDump = defineCommand({
  name: 'address dump',
  summary: 'Show the addresses that the running server holds',
  args: {},
  columns: ['grp', 'ip_addr', 'mask', 'port', 'tag'],
  examples: ['address dump'],
  async run(_values, tools) {
    const server = await tools.server();
    const hosts = await server.call('permissions.addressDump', {});
    const subnets = await server.call('permissions.subnetDump', {});
    return [
      ...hosts.map(({ group, item: { ip, port, tag } }) => ({
        grp: group,
        ip_addr: ip,
        mask: hostBits(ip.includes(':') ? 6 : 4),
        port,
        // Kamailio's word for a tag that is not there; its subnetDump has none for it.
        tag: tag === 'NULL' ? null : tag,
      })),
      ...subnets.map(({ group, item: { ip, mask, port, tag } }) => ({ grp: group, ip_addr: ip, mask, port, tag })),
    ];
  },
});
