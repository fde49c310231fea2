import { Failure, messageOf } from '../errors.js';
import { escapeControls, escapeJsonControls } from '../util/escape.js';
import { cell, pick, plain } from './cells.js';
import { csv, csvRow, tsv, tsvRow } from './delimited.js';
import { detailLines } from './details.js';
import type { Format } from './format.js';
import type { Sink, World } from './world.js';

type Row = Record<string, unknown>;

/** The only place that writes: data to stdout, everything else to stderr. */
export class Output {
  readonly #stdout: Sink;
  readonly #stderr: Sink;

  constructor(
    world: Pick<World, 'stdout' | 'stderr'>,
    readonly format: Format,
  ) {
    this.#stdout = world.stdout;
    this.#stderr = world.stderr;
  }

  /** Prints what a command answered. Without columns it has no shape of ours, and is JSON even in a table's place. */
  async data(data: unknown, columns: readonly string[] | undefined): Promise<void> {
    if (data === undefined) return;
    await write(this.#stdout, await this.#render(data, columns));
  }

  /** Prints one thing of an endless row of them, on a line of its own and without a head. False: nobody reads any more. */
  async line(data: object, columns: readonly string[] = []): Promise<boolean> {
    const row = plain(pick(data, columns)) as Row;
    await write(this.#stdout, `${await this.#lineOf(row, columns)}\n`);
    return this.#stdout.writable;
  }

  async #lineOf(row: Row, columns: readonly string[]): Promise<string> {
    switch (this.format) {
      case 'json':
        return escapeJsonControls(JSON.stringify(row));
      case 'yaml':
        return (await import('yaml')).stringify([row]).trimEnd();
      case 'csv':
        return csvRow(row, columns);
      default:
        return tsvRow(row, columns);
    }
  }

  /** Help and version, which have no other format. */
  text(text: string): Promise<void> {
    return write(this.#stdout, text);
  }

  /** A remark beside the data. */
  note(text: string): void {
    this.#stderr.write(`note: ${escapeControls(text)}\n`);
  }

  /** One sentence, its details, and the next thing to try. With `debug` the stack too. */
  failure(error: unknown, debug: boolean): void {
    const failure = error instanceof Failure ? error : bug(error);
    this.#stderr.write(this.format === 'json' ? failureJson(failure) : failureText(failure));
    if (debug && error instanceof Error) this.#stderr.write(`${error.stack}\n`);
  }

  async #render(data: unknown, columns: readonly string[] | undefined): Promise<string> {
    const shaped = shape(data, columns);
    if (this.format === 'yaml') return (await import('yaml')).stringify(shaped);
    if (this.format === 'json' || columns === undefined) return json(shaped);
    const rows = (Array.isArray(shaped) ? shaped : [shaped]) as Row[];
    const shown = columns.filter((name) => rows.length === 0 || rows.some((row) => name in row));
    if (this.format === 'csv') return csv(rows, shown);
    return this.format === 'tsv' ? tsv(rows, shown) : table(rows, shown);
  }
}

function shape(data: unknown, columns: readonly string[] | undefined): unknown {
  if (columns === undefined) return plain(data);
  if (!Array.isArray(data)) return plain(pick(data as object, columns));
  return data.map((row) => plain(pick(row, columns)));
}

function json(value: unknown): string {
  return `${escapeJsonControls(JSON.stringify(value, undefined, 2))}\n`;
}

async function table(rows: readonly Row[], columns: readonly string[]): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const drawn = new Table({ head: [...columns], style: { head: [], border: [], compact: true } });
  for (const row of rows) drawn.push(columns.map((name) => escapeControls(cell(row[name]))));
  return `${drawn.toString()}\n`;
}

function bug(error: unknown): Failure {
  return new Failure('FAILED', `internal error: ${messageOf(error)}`, '--debug shows where; please report it');
}

/** The lines after the first of a message are for people, unless the details say the same. */
function failureText({ message, hint, details }: Failure): string {
  const [sentence = '', ...more] = message.split('\n').map(escapeControls);
  const explained = detailLines(details);
  const lines = [`sipctl: ${sentence}`, ...(explained.length > 0 ? explained : more)];
  if (hint !== undefined) lines.push(`hint: ${escapeControls(hint)}`);
  return `${lines.join('\n')}\n`;
}

function failureJson({ code, message, hint, details }: Failure): string {
  const [sentence] = message.split('\n', 1);
  return `${escapeJsonControls(JSON.stringify({ error: { code, message: sentence, hint, details } }))}\n`;
}

/** Waits until the text has been taken. A reader that went away (`| head -1`) is no error, and ends the writing. */
function write(sink: Sink, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error));
    sink.once('error', ended);
    sink.write(text, (error) => {
      if (error) return;
      sink.off('error', ended);
      resolve();
    });
  });
}
