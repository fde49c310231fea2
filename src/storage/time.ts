/** How an engine's columns of type DATETIME hold a time, so that Kamailio and we read each other's rows. */
export interface TimeCodec {
  /** Whole seconds; what is below is cut off. */
  write(time: Date): string | number;
  read(value: unknown): Date;
}

/** MySQL and PostgreSQL: local time as 'YYYY-MM-DD HH:MM:SS' (Kamailio's db_time2str, db_str2time). */
export const localTimes: TimeCodec = { write: writeLocal, read: readLocal };

const UNIX_EPOCH = 2_440_587.5;
const DAY = 86_400;

/**
 * SQLite: Kamailio's db_sqlite keeps the Julian day, half a second early. Both that and SQLite's own julianday() are read
 * as the second that was meant, for which a quarter of a second is left to the rounding of floating point. Rows written
 * by hand or by a column's default hold local text; they are understood too.
 */
export const julianDays: TimeCodec = {
  write: (time) => (Math.floor(time.getTime() / 1000) - 0.5) / DAY + UNIX_EPOCH,
  read: (value) =>
    typeof value === 'number' ? new Date(Math.floor(DAY * (value - UNIX_EPOCH) + 0.75) * 1000) : readLocal(value),
};

/** What stands in `location.expires` of a permanent binding: time_t 0. */
const PERMANENT = new Date(0);

/** Later than time_t 0 in any time zone, earlier than every end of a binding. */
export const AFTER_PERMANENT = new Date(Date.UTC(1970, 11, 31));

/** Null is a permanent binding. */
export function writeExpiry(times: TimeCodec, expires: Date | null): string | number {
  return times.write(expires ?? PERMANENT);
}

export function readExpiry(times: TimeCodec, value: unknown): Date | null {
  const expires = times.read(value);
  return expires > AFTER_PERMANENT ? expires : null;
}

function writeLocal(time: Date): string {
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
  return `${date} ${clock}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}

/** Daylight saving is lost in the text and is guessed as mktime does. */
function readLocal(value: unknown): Date {
  const text = String(value);
  const part = (start: number, end: number) => Number(text.slice(start, end));
  return new Date(part(0, 4), part(5, 7) - 1, part(8, 10), part(11, 13), part(14, 16), part(17, 19));
}
