import { describe, expect, it } from 'vitest';
import { origin } from '../../src/config/origin.js';

describe('an origin', () => {
  it.each([
    ['https://phone.example.com', 'https://phone.example.com'],
    ['HTTPS://Phone.example.com:8443', 'https://phone.example.com:8443'],
    ['capacitor://localhost', 'capacitor://localhost'],
  ])('%s is read as browsers send it', (text, expected) => {
    expect(origin.parse(text)).toBe(expected);
  });

  it.each([
    'phone.example.com',
    'https://phone.example.com/',
    'https://phone.example.com/path',
    '*',
    'https://a b',
    '',
  ])('"%s" is refused: no browser sends it', (text) => {
    expect(() => origin.parse(text)).toThrow();
  });
});
