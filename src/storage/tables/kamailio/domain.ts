import { index, lastModified, optionalText, table, unsigned, varchar } from '../table.js';

export const domain = table({
  name: 'domain',
  version: 2,
  columns: [varchar('domain', 64), optionalText('did', 64), lastModified()],
  unique: [index('domain_idx', 'domain')],
});

export const domainAttrs = table({
  name: 'domain_attrs',
  version: 1,
  columns: [varchar('did', 64), varchar('name', 32), unsigned('type'), varchar('value', 255), lastModified()],
  indexes: [index('domain_attrs_idx', 'did', 'name')],
});
