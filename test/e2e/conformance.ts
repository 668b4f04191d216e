import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ACCOUNT, everything, REGION, UNKNOWN } from '../../scripts/every-kind.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { DIFFERENCES, LOOSELY } from './conformance-differences.ts';
import { ROWS } from './conformance-operations.ts';
import { freePort, type Server, startServer } from './processes.ts';
import { TOOLS } from './tools.ts';

/** What simcloud answers, held by boto3 against AWS's own models of the services, and beside moto: `node test/e2e/conformance.ts`. */
const ROOT = path.join(import.meta.dirname, '../..');
const ROLLCALL = path.join(ROOT, 'bin/rollcall.ts');
const REGIONS = { denied: 'eu-central-1', throttled: 'eu-north-1', broken: 'eu-south-1', small: 'us-west-2' };
const OTHER = '444455556666';

const SMALL = { image: 'registry/small:1', artefact: 's3://small-models/small/model.tar.gz', env: { THRESHOLD: '0.4' } };
const ESTATE: EstateInput = {
  accounts: {
    [ACCOUNT]: {
      [REGION]: everything(),
      [REGIONS.denied]: everything(['*']),
      [REGIONS.throttled]: {},
      [REGIONS.broken]: {},
      [REGIONS.small]: {
        models: { small: SMALL },
        endpointConfigs: { small: { variants: [{ model: 'small' }] } },
        endpoints: { small: { config: 'small', tags: { owner: 'kim@example.com' } } },
        modelPackages: { 'small/1': { image: SMALL.image, artefact: SMALL.artefact, approval: 'Approved' } },
      },
    },
    [OTHER]: { [REGION]: {} },
  },
  spokes: { [OTHER]: { role: 'RollcallSpoke', externalId: 'choose-one' } },
  organization: {
    units: { 'ou-sim1-aaaaaaaa': {}, 'ou-sim1-bbbbbbbb': {}, 'ou-sim1-cccccccc': { parent: 'ou-sim1-aaaaaaaa' } },
    accounts: { [ACCOUNT]: {}, [OTHER]: { state: 'SUSPENDED' } },
  },
  objects: Object.fromEntries(
    ['models/fraud/model.tar.gz', 'models/words/a', 'models/words/b', 'small-models/small/model.tar.gz'].map(key => [
      `s3://${key}`,
      '5d1c0c9b8f4e7a263b1f90d2c4a8e6b7',
    ]),
  ),
  faults: [
    { kind: 'throttle', region: REGIONS.throttled, times: 'all' },
    { kind: 'internal', region: REGIONS.broken, times: 'all' },
  ],
};

/** Of our own stack and of nothing that is watched: simcloud does not serve them. */
const OWN = ['PutObject', 'DescribeStacks'];

/** Every operation of a watched service that the code has the command of. */
const operationsUsed = (): readonly string[] => {
  const files = globSync('lib/{adapters,wiring}/**/*.ts', { cwd: ROOT, exclude: ['lib/adapters/{dynamo,sns}/**'] });
  const sources = files.map(file => readFileSync(path.join(ROOT, file), 'utf8')).join('\n');
  const operations = [...sources.matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, operation = '']) => operation);
  return [...new Set(operations)].filter(operation => !OWN.includes(operation));
};

const score = { passed: 0, failed: 0 };
const report = (name: string, faults: readonly string[]): void => {
  score[faults.length === 0 ? 'passed' : 'failed'] += 1;
  const shown = faults.slice(0, 12).map(fault => `         ${fault}`);
  process.stdout.write([`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${name}`, ...shown, ''].join('\n'));
};

const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-conformance-'));
const within = (name: string): string => path.join(directory, name);
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? directory,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  MOTO_ACCOUNT_ID: ACCOUNT,
};

const start = async (name: string, program: string, args: (port: string) => readonly string[]): Promise<Server> => {
  const port = String(await freePort());
  return startServer({ program, args: args(port), env, url: `http://127.0.0.1:${port}`, logFile: within(`${name}.log`) });
};
const sim = (name: string, ...more: readonly string[]): Promise<Server> =>
  start(name, process.execPath, port => [ROLLCALL, 'sim', '--port', port, '--estate', within('estate.yaml'), ...more]);

const caseSchema = z.object({ name: z.string(), faults: z.array(z.string()) });

const askAll = async (urls: Readonly<Record<'url' | 'pagedUrl' | 'motoUrl', string>>): Promise<void> => {
  const plan = {
    ...urls,
    ...REGIONS,
    account: ACCOUNT,
    region: REGION,
    unknown: UNKNOWN,
    rows: ROWS,
    loosely: Object.keys(LOOSELY),
    differences: Object.keys(DIFFERENCES),
  };
  const asking = promisify(execFile)(path.join(TOOLS.moto.venv, 'bin/python'), [path.join(import.meta.dirname, 'conformance.py')], {
    env,
    maxBuffer: 64_000_000,
  });
  asking.child.stdin?.end(JSON.stringify(plan));
  const { stdout } = await asking;
  for (const line of stdout.trim().split('\n')) {
    const { name, faults } = caseSchema.parse(JSON.parse(line));
    report(name, faults);
  }
};

const main = async (): Promise<void> => {
  const asked = ROWS.map(({ operation }) => operation);
  const used = operationsUsed();
  const unasked = used.filter(each => !asked.includes(each)).map(each => `${each}: not asked`);
  const unused = asked.filter(each => !used.includes(each)).map(each => `${each}: not used`);
  report('every operation that we use is asked, and no other', [...unasked, ...unused]);
  writeFileSync(within('estate.yaml'), JSON.stringify(ESTATE));
  const servers: Server[] = [];
  try {
    servers.push(await sim('sim'), await sim('paged', '--page', '1'));
    servers.push(await start('moto', TOOLS.moto.program, port => ['-H', '127.0.0.1', '-p', port]));
    const [url = '', pagedUrl = '', motoUrl = ''] = servers.map(server => server.url);
    await askAll({ url, pagedUrl, motoUrl });
  } finally {
    await Promise.all(servers.map(server => server.stop()));
  }
};

if (!existsSync(TOOLS.moto.program)) execFileSync(process.execPath, [path.join(import.meta.dirname, 'install.ts')], { stdio: 'inherit' });
await main().catch((error: unknown) => report('the run itself', [String(error)]));
rmSync(directory, { recursive: true, force: true });
process.stdout.write(`conformance: ${score.passed} passed, ${score.failed} failed\n`);
process.exitCode = score.failed > 0 ? 1 : 0;
