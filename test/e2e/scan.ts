import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ScanOutput, scanOutputSchema } from '../../lib/cli/scan-output.ts';
import { type Env, freePort, startServer } from './processes.ts';
import * as cases from './scan-cases.ts';
import { etagCases } from './scan-etags.ts';
import { TOOLS } from './tools.ts';

/**
 * `rollcall scan` as a user runs it, against 1,000 endpoints that boto3 made in moto: `node test/e2e/scan.ts`, about two minutes.
 * A proxy on loopback stands between them: it counts calls, denies them, and lets an endpoint go in the middle of a listing.
 */
const ROOT = path.join(import.meta.dirname, '../..');
const { ACCOUNT, REGION } = cases;
const OTHER_REGION = 'eu-west-1';
const MAX_CALLS = 60;

const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-scan-'));
const within = (name: string): string => path.join(directory, name);
const score = { passed: 0, failed: 0 };

/** One line per case; nothing in `faults` means that it holds. */
const report = (name: string, ...faults: readonly (readonly string[])[]): void => {
  const all = faults.flat();
  score[all.length === 0 ? 'passed' : 'failed'] += 1;
  process.stdout.write(
    [`${all.length === 0 ? 'ok    ' : 'FAILED'} ${name}`, ...all.slice(0, 8).map(fault => `         ${fault}`), ''].join('\n'),
  );
};
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
const equal = (what: string, actual: unknown, wanted: unknown): readonly string[] =>
  isDeepStrictEqual(actual, wanted) ? [] : [`${what}: ${shown(actual)}, not ${shown(wanted)}`];

/** What the proxy does besides passing on. `vanishing` is deleted behind the first page that lists it. */
const proxy = { calls: 0, denied: (_action: string, _region: string): boolean => false, vanishing: '' };

const startProxy = async (moto: string): Promise<{ readonly url: string; readonly stop: () => void }> => {
  const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> => {
    const { authorization = '', 'content-type': type = '', 'x-amz-target': target } = request.headers;
    const forward = async (action: string, body: string) => {
      const headers = { authorization, 'content-type': type, 'x-amz-target': `SageMaker.${action}` };
      const passed = await fetch(moto, { method: 'POST', headers, body });
      return { status: passed.status, body: await passed.text() };
    };
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const action = String(target).replace('SageMaker.', '');
    const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization) ?? [];
    proxy.calls += 1;
    if (proxy.denied(action, region))
      return { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', Message: 'not authorized' }) };
    const passed = await forward(action, body);
    if (action === 'ListEndpoints' && proxy.vanishing !== '' && passed.body.includes(`"${proxy.vanishing}"`)) {
      await forward('DeleteEndpoint', JSON.stringify({ EndpointName: proxy.vanishing }));
      proxy.vanishing = '';
    }
    return passed;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() };
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const execute = (program: string, args: readonly string[], { cwd, env, input }: { cwd: string; env: Env; input?: string }): Promise<Ran> =>
  new Promise(resolve => {
    const child = execFile(program, args, { cwd, env, maxBuffer: 64_000_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 70), stdout, stderr }),
    );
    child.stdin?.end(input);
  });

/** `npx rollcall …` as a user types it, beside a `rollcall.yaml` of one's own. Of Bedrock moto lacks most. */
const rollcall = async (env: Env, args: readonly string[], yaml = '') => {
  const cwd = within(cases.sha(yaml).slice(0, 8));
  mkdirSync(cwd, { recursive: true });
  writeFileSync(path.join(cwd, 'rollcall.yaml'), `providers: [sagemaker]\n${yaml}`);
  const before = proxy.calls;
  const ran = await execute('npx', ['--prefix', ROOT, 'rollcall', ...args], { cwd, env });
  if (`${ran.stdout}${ran.stderr}`.includes(cases.CANARY))
    report(`no environment value is printed by ${args.join(' ')}`, ['the canary is']);
  const scan = ran.stdout.startsWith('{') ? scanOutputSchema.safeParse(JSON.parse(ran.stdout)) : undefined;
  return { ...ran, calls: proxy.calls - before, scan: scan?.data, broken: scan?.error?.message.slice(0, 400) };
};

/** The promised names, written down again: the schema is the product's own, and its change must not go unseen. */
const KEYS = [
  'at complete counts findings runId schema scopes sightings',
  'account calls callsByAction kinds provider reason region scope status',
  'count kind reason status',
  'arn compositionDigest createdAt detail key kind lastModified matchedBy model parts scope status tags variants version',
  'controls evidence id model owners reason remedy rule scope severity subject subjectArn title',
];
const shapeFaults = (scan: ScanOutput | undefined): readonly string[] => {
  const shapes = [scan, scan?.scopes[0], scan?.scopes[0]?.kinds[0], scan?.sightings[0], scan?.findings[0]];
  return [
    ...equal('schema', scan?.schema, 'rollcall.scan/1'),
    ...shapes.flatMap((shape, index) =>
      equal(
        'keys',
        Object.keys(shape ?? {})
          .toSorted()
          .join(' '),
        KEYS[index],
      ),
    ),
  ];
};

/** Every endpoint against the table. What is `gone` must not be known, nor judged; everything else as if nothing had happened. */
const judgementFaults = (scan: ScanOutput | undefined, column: 0 | 1 | 2, gone: readonly string[] = []): readonly string[] => {
  const found = Map.groupBy(scan?.findings ?? [], ({ subject }) => subject);
  const sightings = new Map(scan?.sightings.map(sighting => [sighting.arn, sighting]));
  const said = (subject: string): string => (found.get(subject) ?? []).map(({ rule, severity }) => `${rule} ${severity}`).join(', ');
  const subjects = cases.ESTATE.endpoints.map(({ name }) => `dep:${cases.arnOf(name)}`);
  const models = [...found.keys()].filter(subject => subject.startsWith('model:'));
  const others = [...found.keys()].filter(
    subject => !subject.startsWith('scope:') && !models.includes(subject) && !subjects.includes(subject),
  );
  return [
    ...cases.GROUPS.flatMap(({ name, expected, matchedBy }) =>
      cases.namesOf(name).flatMap(endpoint => {
        const { matchedBy: actual, detail = 'UNKNOWN' } = sightings.get(cases.arnOf(endpoint)) ?? { matchedBy: 'UNLISTED' };
        const [by, wanted] = gone.includes(endpoint) ? [actual, ['UNKNOWN', '']] : [matchedBy, ['KNOWN', expected[column]]];
        return equal(endpoint, [actual, detail, said(`dep:${cases.arnOf(endpoint)}`)], [by, ...wanted]);
      }),
    ),
    ...equal(
      'models',
      models
        .flatMap(subject =>
          said(subject)
            .split(', ')
            .map(text => `${subject} ${text}`),
        )
        .toSorted(),
      cases.MODEL_FINDINGS,
    ),
    ...equal('other subjects', others, []),
  ];
};
const callsOf = (scan: ScanOutput | undefined): number => scan?.scopes.reduce((sum, { calls }) => sum + calls, 0) ?? Infinity;

const PRODUCTION = `accounts:\n  "${ACCOUNT}": { environment: prod }\n`;
const DEVELOPMENT = `accounts:\n  "${ACCOUNT}": { environment: dev }\n`;
const SCAN = ['scan', '--registry', within('registry'), '--format', 'json'];
const CLEAN = ['scan', '--registry', within('clean'), '--regions', OTHER_REGION];

const judgedCases = async (env: Env): Promise<void> => {
  for (const [column, [name, yaml]] of ([['unknown'], ['production', PRODUCTION], ['development', DEVELOPMENT]] as const).entries()) {
    const { code, scan, calls, broken, stderr } = await rollcall(env, SCAN, yaml);
    report(`account ${name}: exit 1, rollcall.scan/1`, equal('exit', code, 1), equal(stderr, broken, undefined), shapeFaults(scan));
    const counted = equal('sightings', scan?.sightings.length, 1000);
    report(
      `account ${name}: every one of 1,000 deployments is judged right`,
      counted,
      judgementFaults(scan, [0, 1, 2][column] as 0 | 1 | 2),
    );
    const many = callsOf(scan) <= MAX_CALLS ? [] : ['too many'];
    report(`account ${name}: ${callsOf(scan)} calls, at most ${MAX_CALLS}, all counted`, many, equal('sent', calls, callsOf(scan)));
  }
  for (const [yaml, wanted] of [
    [PRODUCTION, 1],
    [DEVELOPMENT, 0],
  ] as const) {
    const { code } = await rollcall(env, [...SCAN, '--fail-on', 'CRITICAL'], yaml);
    report(`--fail-on CRITICAL: exit ${wanted}`, equal('exit', code, wanted));
  }
};

const otherCases = async (env: Env): Promise<void> => {
  const inventory = await rollcall(env, ['scan', '--format', 'json']);
  const sizes = [inventory.code, inventory.scan?.sightings.length, inventory.scan?.findings];
  report('without a registry: an inventory, exit 0', equal('sizes', sizes, [0, 1000, []]));

  const clean = await rollcall(env, [...CLEAN, '--format', 'json'], PRODUCTION);
  const own = [clean.code, clean.scan?.complete, clean.scan?.sightings.length, clean.scan?.findings];
  report('a clean estate: exit 0', equal('sizes', own, [0, true, 3, []]));

  const broken = await rollcall(env, ['scan', '--registry', within('broken'), '--format', 'json']);
  const told = /fraud\.yaml:2:1: riskTeir: .*did you mean riskTier/.test(broken.stderr);
  report(
    'a broken manifest: exit 2, its place on stderr, nothing on stdout',
    equal(broken.stderr, [broken.code, broken.stdout, told], [2, '', true]),
  );
};

const deniedCases = async (env: Env): Promise<void> => {
  proxy.denied = (_action, region) => region === OTHER_REGION;
  const { code, scan } = await rollcall(env, [...SCAN, '--regions', `${REGION},${OTHER_REGION}`]);
  const table = await rollcall(env, CLEAN, PRODUCTION);
  proxy.denied = () => false;
  const scope = `sagemaker/${ACCOUNT}/${OTHER_REGION}`;
  const denied = scan?.scopes.find(each => each.region === OTHER_REGION);
  const endpoints = denied?.kinds.find(({ kind }) => kind === 'ENDPOINT');
  report(
    'one region of two denied: exit 3, the hole and the action are named, OPS-01',
    equal('exit', [code, scan?.complete], [3, false]),
    equal('scope', [denied?.scope, denied?.status, endpoints?.status], [scope, 'NOT_CHECKED', 'NOT_CHECKED']),
    equal('reason', endpoints?.reason, 'access denied: sagemaker:ListEndpoints'),
    equal(
      'findings',
      scan?.findings.filter(({ subject }) => subject === `scope:${scope}`).map(({ rule }) => rule),
      ['OPS-01'],
    ),
  );
  report('one region of two denied: the other is judged as before', judgementFaults(scan, 0));
  const named = [scope, 'NOT CHECKED', 'sagemaker:ListEndpoints', 'OPS-01', 'more may run there'].filter(
    text => !table.stdout.includes(text),
  );
  report('the only region denied: the table says so for people, exit 3', equal('missing', [table.code, ...named], [3]));
};

/** Last, as it takes endpoints away: between the list, which still has them, and their description. */
const vanishCases = async (env: Env): Promise<void> => {
  const gone: string[] = [];
  for (const [word, endpoint] of [
    ['allowed', 'approved-107'],
    ['denied', 'pending-107'],
  ] as const) {
    const listed = cases.ESTATE.endpoints.length - gone.length;
    gone.push(endpoint);
    proxy.vanishing = endpoint;
    proxy.denied = action => action === 'Search' && word === 'denied';
    const { code, scan } = await rollcall(env, SCAN, PRODUCTION);
    proxy.denied = () => false;
    const name = `one endpoint vanishes before it is described, Search ${word}: the others are reported, exit 1`;
    report(name, equal('exit', [code, scan?.complete, scan?.sightings.length], [1, true, listed]), judgementFaults(scan, 1, gone));
  }
};

const writeManifests = async (env: Env): Promise<void> => {
  for (const name of ['registry', 'clean', 'broken']) mkdirSync(within(name));
  for (const { name, manifest } of cases.GROUPS.filter(each => each.manifest !== '')) {
    const { stdout } = manifest.includes('$DIGEST') ? await rollcall(env, ['digest', cases.arnOf(`${name}-100`)]) : { stdout: '' };
    const [, digest = 'none was printed'] = /composition: "(.+)"/.exec(stdout) ?? [];
    writeFileSync(path.join(within('registry'), `${name}.yaml`), manifest.replace('$DIGEST', digest));
  }
  const clean = cases.manifest('clean', 'HIGH', cases.versions(cases.parts('clean'), cases.APPROVED));
  writeFileSync(path.join(within('clean'), 'clean.yaml'), clean);
  writeFileSync(path.join(within('broken'), 'fraud.yaml'), 'name: fraud\nriskTeir: HIGH\n');
};

const makeEstate = async (env: Env, region: string, estate: object): Promise<void> => {
  const script = path.join(import.meta.dirname, 'scan-estate.py');
  const made = await execute(path.join(TOOLS.moto.venv, 'bin/python'), [script, region], {
    cwd: directory,
    env,
    input: JSON.stringify(estate),
  });
  if (made.code !== 0) throw new Error(`boto3 could not make the estate of ${region}:\n${made.stderr}`);
};

const main = async (): Promise<void> => {
  const base = { PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, HOME: process.env['HOME'] ?? directory };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const serverEnv = { ...base, MOTO_ACCOUNT_ID: ACCOUNT };
  const moto = await startServer({ program: TOOLS.moto.program, args, env: serverEnv, url, logFile: within('moto.log') });
  const between = await startProxy(url);
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' };
  const files = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', npm_config_loglevel: 'error' };
  const env = { ...base, ...keys, ...files, AWS_ENDPOINT_URL: url };
  const user = { ...env, AWS_ENDPOINT_URL_SAGEMAKER: between.url };
  try {
    await Promise.all([makeEstate(env, REGION, cases.ESTATE), makeEstate(env, OTHER_REGION, cases.CLEAN_ESTATE)]);
    await writeManifests(user);
    for (const step of [judgedCases, otherCases, deniedCases, vanishCases]) await step(user);
    const put = (objects: object) => makeEstate(env, OTHER_REGION, { objects });
    await etagCases({ rollcall: line => rollcall(user, line, PRODUCTION), put, report, equal, within });
  } finally {
    between.stop();
    await moto.stop();
  }
};

if (existsSync(TOOLS.moto.program)) await main();
else process.stdout.write('scan: skipped, moto is not installed. Run: node test/e2e/install.ts\n');
rmSync(directory, { recursive: true, force: true });
process.stdout.write(`scan: ${score.passed} passed, ${score.failed} failed\n`);
process.exitCode = score.failed > 0 ? 1 : 0;
