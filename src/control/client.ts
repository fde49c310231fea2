import { connect, type Socket } from 'node:net';
import { Failure } from '../errors.js';
import { LineBuffer, LineTooLong } from './lines.js';
import type { Arguments, MethodName, Result } from './methods.js';
import { checkSocketPath } from './socket-place.js';
import { type RequestId, readReply, requestLine } from './wire.js';

/** A dump of all bindings is one line. */
const MAX_LINE = 268_435_456;
const DEFAULT_TIMEOUT = 10_000;

export interface ClientOptions {
  /** How long one call may take, in milliseconds. */
  readonly timeout?: number;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(failure: Failure): void;
}

/** A conversation with a running server over its control socket. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #timeout: number;
  readonly #buffer = new LineBuffer(MAX_LINE);
  readonly #waiting = new Map<RequestId, Waiting>();
  #lastId = 0;

  private constructor(socket: Socket, path: string, options: ClientOptions) {
    this.#socket = socket;
    this.#path = path;
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#failAll(`the conversation with the server broke off: ${error.message}`));
    socket.on('close', () => this.#failAll('the server closed the control connection'));
  }

  /** Throws UNREACHABLE when no server answers on the socket. */
  static async connect(path: string, options: ClientOptions = {}): Promise<ControlClient> {
    const client = await ControlClient.connectIfRunning(path, options);
    if (client !== undefined) return client;
    throw new Failure(
      'UNREACHABLE',
      `no server answers on ${path}`,
      'start one with sipctl serve, or say where it listens with --socket',
    );
  }

  /** Undefined when no server runs there; UNREACHABLE when that can not be told, for lack of rights for instance. */
  static async connectIfRunning(path: string, options: ClientOptions = {}): Promise<ControlClient | undefined> {
    checkSocketPath(path);
    const socket = await openSocket(path);
    return socket === undefined ? undefined : new ControlClient(socket, path, options);
  }

  /** Throws what the server's handler threw; UNREACHABLE when no answer comes in time. */
  async call<M extends MethodName>(method: M, params: Arguments<M>): Promise<Result<M>> {
    // The server is held to its declaration by the compiler, so the reply is not checked a second time.
    return (await this.callAny(method, params)) as Result<M>;
  }

  /** Calls a method by any name, parameters by position or by name. */
  callAny(method: string, params: unknown): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(this.#unreachable('the server closed the control connection'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(this.#unreachable(`the server did not answer ${method} within ${this.#timeout / 1000} seconds`));
      }, this.#timeout);
      const settle = <T>(then: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#socket.write(requestLine(id, method, params));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const line of this.#buffer.push(chunk)) this.#settle(line);
    } catch (error) {
      if (error instanceof LineTooLong) this.#failAll(error.message);
      else if (error instanceof Failure) this.#failAll(error.message);
      else throw error;
      this.close();
    }
  }

  #settle(line: string): void {
    const reply = readReply(line);
    // A fault without an id concerns a line that the server could not read: whichever it was, no answer will come.
    if (reply.id === null && 'failure' in reply) throw reply.failure;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(reply.failure);
    else waiting?.resolve(reply.result);
  }

  #failAll(message: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(this.#unreachable(message));
    this.#waiting.clear();
  }

  #unreachable(message: string): Failure {
    return new Failure('UNREACHABLE', `${message} (${this.#path})`);
  }
}

function openSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const refused = (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(undefined);
      else reject(new Failure('UNREACHABLE', `the control socket can not be opened: ${error.message}`));
    };
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.off('error', refused);
      resolve(socket);
    });
  });
}
