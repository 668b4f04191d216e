#!/usr/bin/env node
// Plain JavaScript of any age, so that an old Node gets a sentence instead of a stack.
import { existsSync } from 'node:fs';
import module from 'node:module';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`rollcall needs Node 24 or later, this is ${process.version}: https://nodejs.org\n`);
  process.exitCode = 2;
} else {
  // Most of a short command is reading our own source: from the second run on it is read compiled.
  module.enableCompileCache();
  const built = new URL('../dist/bin/rollcall.js', import.meta.url);
  await import(existsSync(built) ? built.href : new URL('./rollcall.ts', import.meta.url).href);
}
