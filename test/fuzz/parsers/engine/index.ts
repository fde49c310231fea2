import './coverage.js';

export { seeded as randomFrom } from '../../../sip/messages.js';
export { fuzz } from './fuzzer.js';
