import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import path from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
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
import { homeScopes, watchedScopes } from '../core/watched-scopes.ts';
import { InputError } from '../manifests/input-error.ts';
import { readManifests } from '../manifests/read-manifests.ts';
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
  if (taken.length > 0) throw new InputError(taken.map(({ target }) => existing(target)));
  for (const { target, text } of targets) await writeFile(target, text, { flag: 'wx' });
  return targets.map(({ target }) => target);
};

const existing = (file: string) => ({
  file,
  line: 0,
  column: 0,
  path: '',
  reason: 'exists already',
  hint: 'move it away, or give another --out',
});

const scanner = async (target: ScanTarget): Promise<Scanner> => {
  const settings = settingsHere();
  const regions = target.regions ?? settings.regions;
  const sts = new STSClient({ ...RETRY, region: () => identityRegion(regions[0]) });
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const candidates = homeScopes({ account, region: regions.length > 0 ? '' : await homeRegion() }, { ...settings, regions: [...regions] });
  const { watched, excluded } = watchedScopes(candidates, settings);
  return {
    source: liveSource({
      settings: { ...settings, artefactEtags: target.artefactEtags ?? settings.artefactEtags },
      clock: systemClock,
      optionsFor: ({ region }) => ({ ...RETRY, region }),
    }),
    directory: createStaticDirectory(settings.directory),
    settings,
    scopes: candidates.filter(scope => watched.includes(`${scope.provider}/${scope.account}/${scope.region}`)),
    excluded,
    registrations: await registrationsOf(target),
  };
};

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
