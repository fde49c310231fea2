import { describe } from 'vitest';
import { JsSipPhone } from '../support/jssip.js';
import { SipJsPhone } from '../support/sipjs.js';
import { itWorksOverSecureWebSocket, itWorksOverWebSocket } from '../support/web-phone-tests.js';

describe('SIP.js', () => {
  itWorksOverWebSocket({ Own: SipJsPhone, Other: JsSipPhone, expires: 3 });
  itWorksOverSecureWebSocket({ Own: SipJsPhone, Other: JsSipPhone });
});
