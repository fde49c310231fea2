/**
 * Lower case of A to Z only. Text of messages is octets in latin1: toLowerCase() would change octets above 127 and so spoil
 * the UTF-8 that they are part of.
 */
export function lowerAscii(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x41 && code <= 0x5a) return lowered(text);
  }
  return text;
}

function lowered(text: string): string {
  let result = '';
  for (const character of text) result += character >= 'A' && character <= 'Z' ? character.toLowerCase() : character;
  return result;
}
