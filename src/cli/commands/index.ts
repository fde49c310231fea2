import type { Command } from '../command.js';
import { addressAdd } from './address-add.js';
import { addressDump } from './address-dump.js';
import { addressReload } from './address-reload.js';
import { addressRm } from './address-rm.js';
import { addressShow } from './address-show.js';
import { configShow } from './config-show.js';
import { dbCreate } from './db-create.js';
import { dbStatus } from './db-status.js';
import { ping } from './ping.js';
import { quickstart } from './quickstart.js';
import { routeInit } from './route-init.js';
import { routeShow } from './route-show.js';
import { rpc } from './rpc.js';
import { rulesAdd } from './rules-add.js';
import { rulesCheck } from './rules-check.js';
import { rulesDownload } from './rules-download.js';
import { rulesReload } from './rules-reload.js';
import { rulesRm } from './rules-rm.js';
import { rulesShow } from './rules-show.js';
import { rulesUpload } from './rules-upload.js';
import { serve } from './serve.js';
import { stats } from './stats.js';
import { subscriberAdd } from './subscriber-add.js';
import { subscriberList } from './subscriber-list.js';
import { subscriberPasswd } from './subscriber-passwd.js';
import { subscriberRm } from './subscriber-rm.js';
import { subscriberShow } from './subscriber-show.js';
import { ulAdd } from './ul-add.js';
import { ulRm } from './ul-rm.js';
import { ulShow } from './ul-show.js';
import { ulWatch } from './ul-watch.js';
import { uptime } from './uptime.js';
import { version } from './version.js';

/** The nouns; each alias goes for all of the noun's verbs. */
export const NOUNS: readonly { name: string; aliases?: readonly string[]; summary: string }[] = [
  { name: 'subscriber', summary: 'Users and their passwords' },
  { name: 'address', summary: 'Source addresses that need no password' },
  { name: 'rules', aliases: ['permissions'], summary: 'Who may call what' },
  { name: 'route', summary: 'What happens to a request, step by step' },
  { name: 'ul', aliases: ['usrloc'], summary: 'Where users are registered' },
  { name: 'db', summary: 'The database' },
  { name: 'config', summary: 'Settings' },
];

/** What one can type. Help, output, exit status of bad input and the tests that walk every command follow from it. */
export const COMMANDS: readonly Command[] = [
  quickstart,
  serve,
  subscriberAdd,
  subscriberPasswd,
  subscriberRm,
  subscriberShow,
  subscriberList,
  addressAdd,
  addressRm,
  addressShow,
  addressDump,
  addressReload,
  rulesAdd,
  rulesRm,
  rulesShow,
  rulesCheck,
  rulesUpload,
  rulesDownload,
  rulesReload,
  routeShow,
  routeInit,
  ulShow,
  ulAdd,
  ulRm,
  ulWatch,
  ping,
  uptime,
  stats,
  rpc,
  dbCreate,
  dbStatus,
  configShow,
  version,
];
