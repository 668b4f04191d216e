import { existsSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { readConfig } from '../lib/config/read-config.ts';
import { createEventsStack } from '../lib/infra/events-stack.ts';
import { createSpokeStack } from '../lib/infra/spoke-stack.ts';
import { createRollcallStack } from '../lib/infra/stack.ts';
import { InputError } from '../lib/manifests/input-error.ts';

/** Without the usual file everything has its default; a file that was asked for must be there. */
const readChosen = (chosen: unknown) => {
  const file = typeof chosen === 'string' ? chosen : 'rollcall.yaml';
  if (existsSync(file)) return { file, text: readFileSync(file) };
  if (chosen === undefined) return { file, text: undefined };
  throw new InputError([{ file, line: 0, column: 0, path: '', reason: 'no such file', hint: 'see -c rollcall:config' }]);
};

try {
  const app = new App();
  const settings = readConfig({ ...readChosen(app.node.tryGetContext('rollcall:config')), home: process.env['CDK_DEFAULT_REGION'] });
  createRollcallStack(app, settings);
  createSpokeStack(app, settings);
  createEventsStack(app, settings);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
