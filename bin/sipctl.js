#!/usr/bin/env node
// A password among the arguments would be seen by everybody in `ps`. A new title overwrites them, here and not in
// main.js because everything that is imported would be loaded first.
process.title = 'sipctl';
await import('../dist/src/main.js');
