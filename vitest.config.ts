import { defineConfig } from 'vitest/config';

/** It stands in for modules that other files have imported already. */
const ALONE = 'test/infra/lambdas.test.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // As many workers as cores: of two, vitest alone would leave one to itself.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // One import of the SDK and the CDK for all: by itself each file spends most of its time on them.
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', 'node_modules/**', ALONE], isolate: false },
      },
      { extends: true, test: { name: 'alone', include: [ALONE] } },
    ],
  },
});
