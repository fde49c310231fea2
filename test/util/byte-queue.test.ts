import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../../src/util/byte-queue.js';

describe('the byte queue', () => {
  it('gives back what was appended, less what was consumed', () => {
    const queue = new ByteQueue();
    queue.append(Buffer.from('abc'));
    queue.append(Buffer.from('def'));
    queue.consume(2);
    expect([queue.length, queue.bytes.toString()]).toEqual([4, 'cdef']);
    queue.append(Buffer.from('g'));
    expect(queue.bytes.toString()).toBe('cdefg');
  });

  it('keeps everything while it grows and while its front is consumed', () => {
    const queue = new ByteQueue();
    let expected = '';
    for (let i = 0; i < 3000; i++) {
      queue.append(Buffer.from(`${i},`));
      expected += `${i},`;
      if (i % 7 === 0) {
        queue.consume(Math.min(5, queue.length));
        expected = expected.slice(5);
      }
    }
    expect(queue.bytes.toString()).toBe(expected);
  });

  it('is empty after everything was consumed or cleared', () => {
    const queue = new ByteQueue();
    queue.append(Buffer.from('abc'));
    queue.consume(3);
    expect(queue.length).toBe(0);
    queue.append(Buffer.from('x'));
    queue.clear();
    expect([queue.length, queue.bytes.length]).toEqual([0, 0]);
  });
});
