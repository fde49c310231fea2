import { describe } from 'vitest';
import { JsSipPhone } from '../support/jssip.js';
import { SipJsPhone } from '../support/sipjs.js';
import { itWorksOverSecureWebSocket, itWorksOverWebSocket } from '../support/web-phone-tests.js';

describe('JsSIP', () => {
  // The shortest that it asks for; it registers again five seconds before the end.
  itWorksOverWebSocket({ Own: JsSipPhone, Other: SipJsPhone, expires: 10 });
  itWorksOverSecureWebSocket({ Own: JsSipPhone, Other: SipJsPhone });
});
