import { nonEmpty } from '../../config/kind.js';

/** The name of a file. */
export const path = nonEmpty('file');
