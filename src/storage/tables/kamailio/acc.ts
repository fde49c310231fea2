import { type Column, datetime, index, table, text } from '../table.js';

const columns: readonly Column[] = [
  text('method', 16),
  text('from_tag', 128),
  text('to_tag', 128),
  text('callid', 255),
  text('sip_code', 3),
  text('sip_reason', 128),
  datetime('time'),
];
const indexes = [index('callid_idx', 'callid')];

export const acc = table({ name: 'acc', version: 5, columns, indexes });

export const missedCalls = table({ name: 'missed_calls', version: 4, columns, indexes });
