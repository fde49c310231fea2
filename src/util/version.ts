/** The version of this program; a test holds it equal to package.json, which the running program need not find. */
export const VERSION = '0.1.0';
