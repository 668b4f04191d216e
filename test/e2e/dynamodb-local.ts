import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, run, startServer } from './processes.ts';

/** The stores' contract suites against DynamoDB Local: Amazon's own engine, pinned in `dynamodb-local/pom.xml`. Java 17 and Maven. */
const ROOT = path.join(import.meta.dirname, '../..');
const HOME = path.join(import.meta.dirname, 'dynamodb-local');
const LIBRARIES = path.join(HOME, 'lib');

const env: Record<string, string> = {
  PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  HOME: process.env['HOME'] ?? tmpdir(),
};

const install = (): Promise<string> =>
  run({ program: 'mvn', args: ['-q', 'dependency:copy-dependencies', `-DoutputDirectory=${LIBRARIES}`], cwd: HOME, env });

const start = async (directory: string) => {
  const port = await freePort();
  const flags = ['-Xmx256m', `-Dsqlite4java.library.path=${LIBRARIES}`, '-cp', `${LIBRARIES}/*`];
  const args = [...flags, path.join(HOME, 'Loopback.java'), '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  return startServer({ program: 'java', args, env, url: `http://127.0.0.1:${port}`, logFile: path.join(directory, 'dynamodb-local.log') });
};

const contracts = async (endpoint: string): Promise<string> => {
  const out = await run({
    program: 'vitest',
    args: ['run', 'test/contract/dynamo-endpoint.test.ts'],
    cwd: ROOT,
    env: { ...env, NO_COLOR: '1', ROLLCALL_TEST_DYNAMO_ENDPOINT: endpoint },
  });
  const passed = /Tests\s+(\d+) passed \(/.exec(out)?.[1];
  if (passed === undefined) throw new Error(`the contract suites did not end as expected:\n${out}`);
  return passed;
};

const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-dynamodb-local-'));
try {
  if (!existsSync(LIBRARIES)) await install();
  const server = await start(directory);
  try {
    process.stdout.write(`dynamodb-local: ${await contracts(server.url)} passed, 0 failed\n`);
  } finally {
    await server.stop();
  }
} catch (error) {
  process.stdout.write(`${String(error)}\ndynamodb-local: 0 passed, 1 failed\n`);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
