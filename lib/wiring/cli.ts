import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import path from 'node:path';
import { AccountClient } from '@aws-sdk/client-account';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { createAccountSource } from '../adapters/accounts/source.ts';
import { stackOutputs } from '../adapters/aws/questions.ts';
import { createStaticDirectory } from '../adapters/directory/static-directory.ts';
import { documentClient } from '../adapters/dynamo/client.ts';
import { dynamoRegistryStore } from '../adapters/dynamo/registry-store.ts';
import { createApiClient } from '../adapters/http/api-client.ts';
import { readManifestFiles } from '../adapters/local/manifest-files.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { createLocalClient, type RollcallClient } from '../cli/rollcall-client.ts';
import type { CliWiring, Scanner, ScanTarget, Target } from '../cli/wiring-interface.ts';
import { readConfig } from '../config/read-config.ts';
import type { Registration } from '../core/registration.ts';
import type { Settings } from '../core/settings.ts';
import { accountOfRegions, parseScopeId } from '../core/scope.ts';
import { InputError } from '../manifests/input-error.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { scopePlanner } from '../usecases/plan-scopes.ts';
import { clientConfigs } from './client-config.ts';
import { doctorPorts } from './doctor.ts';
import { liveSource } from './live-source.ts';
import { offsetClock, openLocalStores, readSession } from './local-state.ts';
import { SAMPLE, startSampleLoop } from './sample-loop.ts';

/** Fewer than a deployed run has: a person waits for the answer. */
const RETRY = { retryMode: 'standard', maxAttempts: 3 } as const;
/** A manifest file above this is refused; it is the reader's limit too. */
const FILE_BYTES = 1_000_000;

/** Everything outside that the commands need, on this machine and in this process. */
export const cliWiring = (): CliWiring => ({
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  connect,
  scanner,
  doctor: async target => doctorPorts(target, { connect, scanner, settings: settingsHere(), retry: RETRY, homeRegion }),
  readManifests: manifestsIn,
  writeNew,
  readEstate: async given => {
    const file = given ?? path.join(SAMPLE, 'estate.yaml');
    return { file, text: await readFile(file, 'utf8') };
  },
  interrupted,
  start: async options => {
    await startSampleLoop(options, { stdout: process.stdout, stderr: process.stderr, interrupted });
    return 0;
  },
});

const interrupted = async (): Promise<void> => {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
};

const settingsHere = (file = 'rollcall.yaml'): Settings => readConfig({ file, text: textOf(file) });

const textOf = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch (error) {
    // No rollcall.yaml here: the defaults. Anything else (a directory, no permission) stops.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const connect = async (target: Target): Promise<RollcallClient & { readonly close?: () => Promise<void> }> => {
  const url = target.api ?? (target.stack === undefined ? process.env['ROLLCALL_API_URL'] : await stackOutput(target.stack, 'ApiUrl'));
  if (url !== undefined && !URL.canParse(url))
    throw new InputError([
      problemOf(
        target.api === undefined ? 'ROLLCALL_API_URL' : '--api',
        `"${url}" is no address`,
        'give the output ApiUrl of the stack: https://…',
      ),
    ]);
  return url === undefined
    ? connectLocal(target)
    : createApiClient({ url, region: await homeRegion(), credentials: fromNodeProviderChain(), fetch });
};

const connectLocal = async ({ as }: Target): Promise<RollcallClient & { readonly close: () => Promise<void> }> => {
  const session = readSession();
  const stores = await openLocalStores(session);
  const caller = { person: as ?? userInfo().username, as: 'SECURITY' as const };
  const settings = settingsHere(session.settings);
  const clock = offsetClock(session.offset);
  return { ...createLocalClient({ ...stores, settings, clock, caller }), close: stores.close };
};

/** One output of a deployed stack. Throws an Error that names the stack when it has none of that name. */
const stackOutput = async (stack: string, name: string): Promise<string> => {
  const { [name]: value } = await stackOutputs(new CloudFormationClient(RETRY), stack);
  if (value === undefined) throw new Error(`stack ${stack} has no output ${name}: is it a deployed Rollcall?`);
  return value;
};

/** The region of the caller, as every AWS client resolves it. Throws the SDK's own "Region is missing". */
const homeRegion = (): Promise<string> => new STSClient(RETRY).config.region();

/** The caller's own region where there is one, as a region that is to be listed may be switched off; else that one. */
const identityRegion = (listed: string | undefined): Promise<string> =>
  homeRegion().catch((error: unknown) => {
    if (listed !== undefined && error instanceof Error && error.message === 'Region is missing') return listed;
    throw error;
  });

const manifestsIn = async (from: string) => {
  const files = await readManifestFiles(from, FILE_BYTES);
  return { from, files };
};

const writeNew: CliWiring['writeNew'] = async (directory, files) => {
  await mkdir(directory, { recursive: true });
  const targets = files.map(({ file, text }) => ({ target: path.join(directory, path.basename(file)), text }));
  const taken = targets.filter(({ target }) => existsSync(target));
  if (taken.length > 0)
    throw new InputError(taken.map(({ target }) => problemOf(target, 'exists already', 'move it away, or give another --out')));
  for (const { target, text } of targets) await writeFile(target, text, { flag: 'wx' });
  return targets.map(({ target }) => target);
};

const scanner = async (target: ScanTarget): Promise<Scanner> => {
  const settings = settingsFor(target);
  const region = settings.regions === 'enabled' ? undefined : settings.regions[0];
  const sts = new STSClient({ ...RETRY, region: () => identityRegion(region) });
  const { Account: account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  if (settings.spoke === undefined) checkAccounts(target.accounts ?? [], account);
  const spoke = settings.spoke && { ...settings.spoke, partition: Arn.split(':')[1] ?? 'aws', run: `scan-${systemClock.now()}` };
  const configOf = clientConfigs({ account, sts, spoke });
  const home = { account, region: region ?? (await homeRegion()) };
  const organizations = new OrganizationsClient({ ...RETRY, region: home.region });
  const accounts = createAccountSource({
    organizations,
    clientFor: id => new AccountClient({ ...RETRY, ...configOf({ ...home, account: id }) }),
    clock: systemClock,
  });
  const plan = scopePlanner({ home, settings, providers: settings.providers, accounts });
  const { scopes, unlisted } = await plan({ slot: systemClock.now(), last: undefined });
  const isAsked = ({ scope }: { readonly scope: string }): boolean => {
    const about = parseScopeId(scope)?.account ?? accountOfRegions(scope);
    return target.accounts === undefined || about === undefined || target.accounts.includes(about);
  };
  const asked = scopes.filter(isAsked);
  return {
    source: liveSource({
      settings: { ...settings, artefactEtags: target.artefactEtags ?? settings.artefactEtags },
      clock: systemClock,
      optionsFor: scope => ({ ...RETRY, ...configOf(scope) }),
    }),
    directory: createStaticDirectory(settings.directory),
    settings,
    scopes: asked.flatMap(({ reading, scope }) => (reading === 'NOW' ? (parseScopeId(scope) ?? []) : [])),
    excluded: asked.filter(({ reading }) => reading !== 'NOW'),
    unlisted: unlisted.filter(isAsked),
    registrations: await registrationsOf(target),
  };
};

/** What the command line says goes before what rollcall.yaml says. */
const settingsFor = ({ regions, accounts, role, externalId }: ScanTarget) => {
  const settings = settingsHere();
  const named = accounts && Object.fromEntries(accounts.map(account => [account, settings.accounts[account] ?? {}]));
  const spoke = role === undefined ? settings.spoke : { roleName: role };
  return {
    ...settings,
    regions: regions ? [...regions] : settings.regions,
    accounts: named ?? settings.accounts,
    organization: named ? undefined : settings.organization,
    spoke: spoke && { externalId: undefined, ...spoke, ...(externalId === undefined ? {} : { externalId }) },
  };
};

/** Throws InputError for accounts that are asked for and cannot be read. */
const checkAccounts = (asked: readonly string[], own: string): void => {
  const others = asked.filter(account => account !== own);
  if (others.length === 0) return;
  const hint = 'name the role to assume there: --role, or spoke in rollcall.yaml';
  throw new InputError(others.map(account => problemOf('--accounts', `${account} is not your own account, which is ${own}`, hint)));
};

/** A problem of a whole file or option. */
const problemOf = (file: string, reason: string, hint: string) => ({ file, line: 0, column: 0, path: '', reason, hint });

const registrationsOf = async ({ registry, stack }: ScanTarget): Promise<readonly Registration[] | undefined> => {
  if (registry !== undefined)
    return readManifests(await manifestsIn(registry), { source: 'REPOSITORY', by: 'repository', now: systemClock.now() });
  if (stack === undefined) return undefined;
  const store = dynamoRegistryStore({ client: documentClient(RETRY), name: await stackOutput(stack, 'RegistryTableName') });
  const { registrations, unreadable } = await store.all();
  if (unreadable[0] !== undefined)
    throw new Error(`${unreadable.length} registrations of ${stack} cannot be read, first ${unreadable[0].item}: ${unreadable[0].reason}`);
  return registrations;
};
