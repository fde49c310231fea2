import { createServer, type Server, type Socket } from 'node:net';
import { Failure, messageOf } from '../errors.js';
import { answerLine, type BugReport } from './dispatch.js';
import { FAULT, RpcFault } from './fault.js';
import { LineBuffer, LineTooLong } from './lines.js';
import type { Handlers } from './methods.js';
import { clearPlace } from './socket-place.js';
import { errorLine } from './wire.js';

const MAX_LINE = 1_048_576;
const MAX_CONNECTIONS = 64;
/** How long a caller may go on sending what is not read any more. Milliseconds. */
const LINGER = 2000;

export interface ControlServer {
  readonly path: string;
  /** Stops listening, closes every connection and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves JSON-RPC 2.0, a line a message, on a unix socket of mode 0600. Throws CONFLICT when a server answers there
 * already, CONFIG or FAILED when the place can not be used. Whoever can open the socket may do everything.
 */
export async function serveControl(
  path: string,
  handlers: Handlers,
  bug: BugReport = () => {},
): Promise<ControlServer> {
  await clearPlace(path);
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    void converse(socket, handlers, bug);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, path);
  return { path, close: () => close(server, connections) };
}

/** Answers the lines of one connection in their order; the next is read when the answer to the last has been taken. */
async function converse(socket: Socket, handlers: Handlers, bug: BugReport): Promise<void> {
  const buffer = new LineBuffer(MAX_LINE);
  try {
    for await (const chunk of socket) {
      for (const line of linesOf(buffer, chunk, socket)) await write(socket, await answerLine(line, handlers, bug));
    }
  } catch {
    // The caller went away, which is its right.
    socket.destroy();
  }
}

/** A line that is too long is answered once; what follows it is read and dropped, so that the answer arrives. */
function linesOf(buffer: LineBuffer, chunk: Buffer, socket: Socket): string[] {
  if (socket.writableEnded) return [];
  try {
    return buffer.push(chunk);
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    socket.setTimeout(LINGER, () => socket.destroy());
    socket.end(errorLine(null, new RpcFault(FAULT.INVALID_REQUEST, 'USAGE', error.message)));
    return [];
  }
}

function write(socket: Socket, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(line, (error) => (error ? reject(error) : resolve()));
  });
}

/** The mode is narrowed before the socket exists, not after, so that there is no moment when others can open it. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Failure('FAILED', `the control socket ${path} can not be opened: ${messageOf(error)}`));
    });
    server.once('listening', resolve);
    const before = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(before);
    }
  });
}

function close(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of connections) socket.destroy();
  });
}
