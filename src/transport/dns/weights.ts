import type { SrvRecord } from './records.js';

/** A number from 0 up to but not including 1. */
export type Random = () => number;

/** The weight of a record with weight 0, which RFC 2782 wants to have "a very small chance" beside others. */
const SMALL = 0.01;

/**
 * SRV records in the order to try them (RFC 2782): by ascending priority, and within one priority drawn by lot, each draw
 * weighted by what is left. Draws a real number where the RFC draws an integer: with small weights its first record
 * would win more often than its weight says. Takes records by ascending priority.
 */
export function drawn(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const order: SrvRecord[] = [];
  for (let start = 0; start < records.length; ) {
    const priority = records[start]?.priority;
    let end = start + 1;
    while (records[end]?.priority === priority) end++;
    const group = records.slice(start, end);
    while (group.length > 0) order.push(...group.splice(draw(group, random), 1));
    start = end;
  }
  return order;
}

/** The index of the record that wins. */
function draw(records: readonly SrvRecord[], random: Random): number {
  const weights = records.map(({ weight }) => weight || SMALL);
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const winner = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  // Rounding can leave a rest behind the last one.
  return winner < 0 ? records.length - 1 : winner;
}
