import { defineConfig } from 'vitest/config';

// `npm run coverage`: the parsers as their own tests and the torture messages run through them.
export default defineConfig({
  test: {
    include: ['test/sip/**/*.test.ts', 'test/torture/**/*.test.ts'],
    maxWorkers: 2,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/sip/**'],
      reporter: ['text'],
      // Each file on its own, so that a well-tested one does not make up for another.
      thresholds: { lines: 95, perFile: true },
    },
  },
});
