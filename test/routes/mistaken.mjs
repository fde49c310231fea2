/** @type {import('sipctl/route').Route} */
export default function route(parts) {
  return [parts.lokation(), parts.when((request) => request.sender === '', parts.relay())];
}
