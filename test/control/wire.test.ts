import { describe, expect, it } from 'vitest';
import { RpcFault } from '../../src/control/fault.js';
import { errorLine, idOf, readReply, readRequest, resultLine } from '../../src/control/wire.js';
import { Failure } from '../../src/errors.js';

function numberOf(line: string): number {
  try {
    readRequest(line);
  } catch (error) {
    if (error instanceof RpcFault) return error.number;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a request', () => {
  it('has its parameters by position, by name or not at all', () => {
    const read = (params: string) => readRequest(`{"jsonrpc":"2.0","method":"m","id":1${params}}`).params;
    expect(read(',"params":[1,"a"]')).toEqual([1, 'a']);
    expect(read(',"params":{"a":1}')).toEqual({ a: 1 });
    expect(read('')).toBeUndefined();
  });

  it('without an id is answered with the id null, as Kamailio does', () => {
    expect(readRequest('{"jsonrpc":"2.0","method":"m"}').id).toBeNull();
  });

  it.each(['', '{', 'GET / HTTP/1.1', '{"jsonrpc":"2.0",}', '\u0000', '['.repeat(200_000)])(
    'that is no JSON is fault -32700 (%#)',
    (line) => {
      expect(numberOf(line)).toBe(-32_700);
    },
  );

  it.each([
    '1',
    'null',
    '"text"',
    '[]',
    '[{"jsonrpc":"2.0","method":"m","id":1}]',
    '{}',
    '{"jsonrpc":"1.0","method":"m"}',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","method":7}',
    '{"jsonrpc":"2.0","method":"m","id":{}}',
    '{"jsonrpc":"2.0","method":"m","id":[]}',
    '{"jsonrpc":"2.0","method":"m","params":"x"}',
    '{"jsonrpc":"2.0","method":"m","params":null}',
  ])('%s is fault -32600', (line) => {
    expect(numberOf(line)).toBe(-32_600);
  });

  it('that is none still tells its id where it can', () => {
    expect(idOf('{"id":7}')).toBe(7);
    expect(idOf('{"id":{}}')).toBeNull();
    expect(idOf('{')).toBeNull();
  });
});

describe('a reply', () => {
  it('carries a Failure with code, message, hint and details', () => {
    const line = errorLine(3, new Failure('NOT_FOUND', 'no such user', 'add it', [{ line: 1 }]));
    expect(JSON.parse(line)).toEqual({
      jsonrpc: '2.0',
      error: {
        code: 404,
        message: 'no such user',
        data: { code: 'NOT_FOUND', hint: 'add it', details: [{ line: 1 }] },
      },
      id: 3,
    });
    expect(readReply(line)).toMatchObject({
      id: 3,
      failure: { code: 'NOT_FOUND', message: 'no such user', hint: 'add it', details: [{ line: 1 }] },
    });
  });

  it('can carry the number of a fault of Kamailio', () => {
    const line = errorLine(1, new RpcFault(500, 'NOT_FOUND', 'AOR not found in location table'));
    expect(JSON.parse(line).error.code).toBe(500);
  });

  it('of a bug does not tell what went wrong', () => {
    const line = errorLine(1, new TypeError('secret is undefined'));
    expect(JSON.parse(line).error).toEqual({ code: -32_603, message: 'Internal error' });
  });

  it('without a result of its own has an empty object, as Kamailio does', () => {
    expect(JSON.parse(resultLine(1, undefined)).result).toEqual({});
  });

  it('of another server is UNREACHABLE when that refused', () => {
    const reply = readReply('{"jsonrpc":"2.0","error":{"code":500,"message":"Method Not Found"},"id":1}');
    expect(reply).toMatchObject({ failure: { code: 'UNREACHABLE', message: 'Method Not Found', number: 500 } });
  });

  it.each(['', 'x', '1', '[]', '{}', '{"id":1}', '{"id":1,"error":"no"}'])('%s is none', (line) => {
    expect(() => readReply(line)).toThrow(Failure);
  });
});
