import { lstat, mkdir, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { Failure } from '../errors.js';

/** sun_path holds 108 bytes on Linux and 104 on the BSDs, the last one 0; a longer path would be cut silently. */
const MAX_PATH_BYTES = 103;

/** Throws CONFIG when the path does not fit into a socket address. */
export function checkSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes === 0 || bytes > MAX_PATH_BYTES) {
    throw new Failure(
      'CONFIG',
      `the path of the control socket has ${bytes} bytes, and a socket takes 1 to ${MAX_PATH_BYTES}: ${path}`,
      'choose a shorter one with --socket',
    );
  }
}

/**
 * Makes sure that a socket can be bound at `path`: the directory is there (0700 when it is made here) and not open to
 * others, and nothing is in the way. A socket is removed only after a connection to it was refused; a live one, a
 * symbolic link or any other file is a Failure.
 */
export async function clearPlace(path: string): Promise<void> {
  checkSocketPath(path);
  await prepareDirectory(dirname(path));
  const found = await lstat(path).catch(undefinedIfMissing);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Failure('FAILED', `${path} is in the way: it is not a socket`);
  if (await isLive(path)) {
    throw new Failure('CONFLICT', `a server is running already: it answers on ${path}`, 'stop it, or use --socket');
  }
  await unlink(path);
}

async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { mode } = await stat(directory);
  const writableByOthers = (mode & 0o022) !== 0;
  const sticky = (mode & 0o1000) !== 0;
  if (writableByOthers && !sticky) {
    throw new Failure('CONFIG', `others may write to ${directory}`, `chmod go-w ${directory}, or use --socket`);
  }
}

function isLive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(new Failure('FAILED', `${path} is in the way: ${error.message}`));
    });
  });
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
