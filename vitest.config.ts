import { defineConfig } from 'vitest/config';

// As many workers as cores: of two, vitest alone would leave one to itself.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', 'node_modules/**'], testTimeout: 20_000, maxWorkers: '100%' },
});
