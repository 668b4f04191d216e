import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { createApi } from '../../lib/api/app.ts';
import { createApiClient } from '../../lib/adapters/http/api-client.ts';
import { createLocalClient } from '../../lib/cli/rollcall-client.ts';
import { runCli } from '../../lib/cli/main.ts';
import type { DoctorPorts } from '../../lib/cli/doctor/check.ts';
import type { CliWiring, Scanner } from '../../lib/cli/wiring-interface.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import type { Listing } from '../../lib/core/sighting.ts';
import { aListing, aRecord, aRegistration, someSettings } from '../support/builders.ts';
import { peopleSide } from '../support/people-side.ts';

export interface World {
  readonly records?: Parameters<typeof peopleSide>;
  readonly remote?: boolean;
  /** How many more models are registered. */
  readonly registered?: number;
  readonly as?: 'OWNER' | 'SECURITY';
  readonly listing?: Listing;
  readonly scanner?: Partial<Scanner> | (() => Promise<never>);
  readonly doctor?: DoctorPorts;
  readonly files?: readonly { readonly file: string; readonly content: string | Uint8Array }[];
  readonly terminal?: boolean;
}

/** A command line run in this process on memory stores, locally or through the HTTP API. */
export const runLine = async (line: readonly string[], world: World = {}) => {
  const side = await peopleSide(...(world.records ?? [aRecord()]));
  for (let n = 0; n < (world.registered ?? 0); n += 1) await side.registry.put(aRegistration({ name: `m-${n}` }));
  const streams = { stdout: new PassThrough(), stderr: Object.assign(new PassThrough(), { isTTY: world.terminal === true }) };
  const as = world.as ?? 'SECURITY';
  const written: string[] = [];
  const state = { closed: 0, asked: [] as unknown[] };
  const local = createLocalClient({ ...side, caller: { person: 'kim@example.com', as } });
  const app = createApi({
    ...side,
    settings: settingsSchema.parse({ people: [{ user: 'arn:aws:iam::111122223333:user/kim', as }] }),
    log: { info: () => {}, warn: () => {} },
  });
  const event = { event: { requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/kim' } } } } };
  const remote = createApiClient({
    url: 'https://api.example.com/',
    region: 'eu-west-1',
    credentials: async () => ({
      accessKeyId: 'a',
      secretAccessKey: 'b',
    }),
    fetch: async request => app.fetch(request, event),
  });
  const wiring: CliWiring = {
    ...streams,
    clock: side.clock,
    connect: async target => {
      state.asked.push(target);
      return { ...(world.remote ? remote : local), close: async () => void (state.closed += 1) };
    },
    scanner: async target => {
      state.asked.push(target);
      return typeof world.scanner === 'function'
        ? world.scanner()
        : {
            source: {
              list: async () => world.listing ?? aListing(),
              confirmGone: async () => new Map(),
            },
            directory: { lookUp: async () => ({ status: 'ACTIVE' }) },
            settings: someSettings(),
            excluded: [],
            unlisted: [],
            registrations: [aRegistration()],
            scopes: [
              {
                provider: 'sagemaker',
                account: '111122223333',
                region: 'eu-west-1',
              },
            ],
            ...world.scanner,
          };
    },
    doctor: async target => {
      state.asked.push(target);
      if (world.doctor === undefined) throw new Error('no doctor in this world');
      return world.doctor;
    },
    readManifests: async from => ({ from, files: world.files ?? [{ file: 'registry/churn.yaml', content: 'name: churn\n' }] }),
    writeNew: async (directory, files) => files.map(({ file, text }) => (written.push(text), `${directory}/${file}`)),
    readEstate: async (file = 'sample.yaml') => {
      if (file.startsWith('/')) return { file, text: await readFile(file, 'utf8') };
      return { file, text: file === 'broken' ? 'accounts: 7' : 'accounts: { "111122223333": { eu-west-1: {} } }' };
    },
    interrupted: async () => {},
    start: async () => 0,
  };
  const code = await runCli(line, wiring);
  const [out, err] = [streams.stdout, streams.stderr].map(stream => String(stream.read() ?? ''));
  return { code, out: out ?? '', err: err ?? '', written, ...state, ...side };
};
