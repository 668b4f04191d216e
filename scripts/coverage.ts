import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PART_KINDS, type PartKind } from '../lib/core/composition.ts';
import { DEPLOYMENT_KINDS, type DeploymentKind, KINDS } from '../lib/core/kinds.ts';
import { type CloudScope, PROVIDERS } from '../lib/core/scope.ts';
import { defaultSettings } from '../lib/core/settings.ts';
import type { KindListing, Listing, Sighting } from '../lib/core/sighting.ts';
import { startSimcloud } from '../lib/simcloud/server.ts';
import { liveSource } from '../lib/wiring/live-source.ts';
import { ACCOUNT, everything, REGION, STATUSES, UNKNOWN } from './every-kind.ts';
import { PEER_ROWS, PEERS } from './peers.ts';

const NOW = '2026-11-23T09:15:00.000Z';
const DEADLINE = '2026-11-23T09:25:00.000Z';

/** What a run saw of one kind. */
export interface Coverage {
  readonly kind: DeploymentKind;
  readonly sightings: readonly Sighting[];
  /** Actions without which the kind is not checked. */
  readonly listedBy: readonly string[];
}
export interface Run {
  readonly kinds: readonly Coverage[];
  /** What Bedrock's Marketplace registered is seen though ListEndpoints shows nothing. */
  readonly marketplace: boolean;
}

type List = (how?: { readonly denied?: string; readonly hidden?: boolean }) => Promise<readonly Listing[]>;

/** Lists the estate that has everything, by the readers that run on AWS, then again without each list in turn. */
export const runCoverage = async (): Promise<Run> => {
  const simcloud = await startSimcloud({ estate: { accounts: { [ACCOUNT]: {} } }, clock: () => Date.parse(NOW) });
  const optionsFor = ({ region }: CloudScope) => ({
    region,
    endpoint: simcloud.endpoint,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const source = liveSource({ settings: defaultSettings(), clock: { now: () => NOW }, optionsFor });
  const list: List = ({ denied, hidden = false } = {}) => {
    const faults = hidden ? [{ kind: 'altered' as const, operation: 'ListEndpoints', fields: { Endpoints: [], NextToken: null } }] : [];
    simcloud.load({ accounts: { [ACCOUNT]: { [REGION]: everything(denied === undefined ? [] : [denied]) } }, faults });
    const scopes = PROVIDERS.map((provider): CloudScope => ({ provider, account: ACCOUNT, region: REGION }));
    return Promise.all(scopes.map(scope => source.list(scope, { packageGroups: [], deadline: DEADLINE })));
  };
  try {
    return await observe(list);
  } finally {
    await simcloud.close();
  }
};

const observe = async (list: List): Promise<Run> => {
  const listings = await list();
  const actions = listings.flatMap(({ callsByAction }) => Object.keys(callsByAction ?? {})).filter(action => action.includes(':List'));
  const without = new Map<string, readonly KindListing[]>();
  for (const action of new Set(actions)) without.set(action, kindsOf(await list({ denied: action.split(':')[1] ?? '' })));
  const listedBy = (kind: DeploymentKind): readonly string[] =>
    [...without].flatMap(([action, kinds]) => (kinds.some(each => each.kind === kind && each.status === 'NOT_CHECKED') ? [action] : []));
  const kinds = kindsOf(listings).map((each): Coverage => ({ kind: each.kind, sightings: seen(each), listedBy: listedBy(each.kind) }));
  const marketplace = kindsOf(await list({ hidden: true }))
    .flatMap(seen)
    .some(({ name }) => name === 'bought');
  return { kinds, marketplace };
};

const kindsOf = (listings: readonly Listing[]): readonly KindListing[] => listings.flatMap(({ kinds }) => kinds);
const seen = (kind: KindListing): readonly Sighting[] => (kind.status === 'COMPLETE' ? kind.sightings : []);

/** What the statuses of a kind count as, in the order of the SDK; a status that nobody knows last. */
export const statusesOf = ({ kind, sightings }: Coverage): Readonly<Partial<Record<Sighting['presence'], readonly string[]>>> => {
  if (STATUSES[kind].length === 0) return Object.fromEntries(sightings.map(({ presence }) => [presence, ['has no status of its own']]));
  const presenceOf = (status: string) => sightings.find(each => each.status === status)?.presence;
  const known = [...STATUSES[kind], UNKNOWN].flatMap(status => {
    const presence = presenceOf(status);
    return presence === undefined ? [] : [{ status: status === UNKNOWN ? 'any other' : status, presence }];
  });
  return Object.fromEntries(
    [...Map.groupBy(known, each => each.presence)].map(([presence, each]) => [presence, each.map(one => one.status)]),
  );
};

const PRESENCE = { SERVING: 'serving', STARTING: 'starting', NOT_SERVING: 'not serving', LEAVING: 'leaving' } as const;

const row = (coverage: Coverage): string => {
  const { kind, sightings, listedBy } = coverage;
  const statuses = statusesOf(coverage);
  const counted = Object.entries(PRESENCE).flatMap(([presence, word]) => {
    const found = Object.entries(statuses).find(([each]) => each === presence)?.[1];
    return found === undefined ? [] : [`${word}: ${found.join(', ')}`];
  });
  const held = partsHeld(sightings);
  const cells = [
    KINDS[kind].title,
    KINDS[kind].provider,
    listedBy.map(action => `\`${action}\``).join(', '),
    counted.join('; '),
    PART_KINDS.filter(part => held.has(part))
      .join(', ')
      .toLowerCase()
      .replaceAll('_', ' '),
    yes(sightings.every(({ tags }) => Object.keys(tags ?? {}).length > 0)),
    yes(sightings.some(({ pending }) => pending !== null)),
    yes(sightings.some(({ upstream }) => (upstream ?? []).length > 0)),
  ];
  return `| ${cells.join(' | ')} |`;
};
const partsHeld = (sightings: readonly Sighting[]): ReadonlySet<PartKind> =>
  new Set(sightings.flatMap(({ detail }) => (detail.state === 'KNOWN' ? detail.composition.parts.map(part => part.kind) : [])));
const yes = (is: boolean): string => (is ? 'yes' : '–');

/** What we list beside so many peers. Ours says yes where the run has seen it, and nowhere else. */
export const peersTable = ({ kinds, marketplace }: Run, peers: number): string => {
  const kindsSeen: readonly string[] = kinds.flatMap(({ kind, sightings }) =>
    sightings.length > 0 ? [kind, ...partsHeld(sightings)] : [],
  );
  const found = marketplace ? [...kindsSeen, 'MARKETPLACE'] : kindsSeen;
  const names = ['listed', 'Rollcall', ...Object.keys(PEERS).slice(0, peers)];
  const rows = PEER_ROWS.map(([title, sign, ...cells]) => [title, found.includes(sign) ? 'yes' : 'no', ...cells.slice(0, peers)]);
  return [names, names.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
};

/** `docs/coverage.md`. */
export const coveragePage = (run: Run): string =>
  [
    '# Coverage',
    '',
    'What answers the roll. Written by `node scripts/coverage.ts` from a run of the real readers over a simulated estate that has every kind in every status that',
    "the SDK's types know, and in one that they do not; a test keeps it true. How simcloud itself is held against AWS's models is in `test/e2e/conformance.ts`.",
    '',
    '*Listed by*: denied, the kind is not checked. *Tags*: each deployment shows its own. *Pending*: a change that is under way is shown before it serves.',
    '*Lifecycle*: it is known until when the provider keeps the models that it rests on.',
    '',
    '| kind | provider | listed by | statuses | composition holds | tags | pending | lifecycle |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...DEPLOYMENT_KINDS.flatMap(kind => run.kinds.filter(each => each.kind === kind).map(row)),
    '',
    '## Beside other tools',
    '',
    'What they list of it, read in their source; for other things they may well do more. Cells of Rollcall come from the same run.',
    '',
    peersTable(run, Object.keys(PEERS).length),
    '',
    `Versions: ${Object.entries(PEERS)
      .map(([peer, version]) => `${peer} ${version}`)
      .join(' · ')}.`,
    '',
  ].join('\n');

if (import.meta.main) writeFileSync(path.join(import.meta.dirname, '../docs/coverage.md'), coveragePage(await runCoverage()));
