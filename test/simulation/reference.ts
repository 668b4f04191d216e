import { canonicalJson } from '../../lib/core/digest.ts';
import type { FindingRecord, HistoryEntry, StoredFinding, Told } from '../../lib/core/finding.ts';
import type { Message } from '../../lib/core/notice.ts';
import type { Registration } from '../../lib/core/registration.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { SEVERITIES } from '../../lib/core/rule-catalog.ts';
import type { Instant } from '../../lib/core/time.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { ACCOUNT, aComposition } from '../support/builders.ts';
import { CLAIMED, type Desk, TIER_OF } from './people.ts';
import { allFindings } from './simulated-world.ts';
import { type Happened, SCOPES, type Story } from './timeline.ts';

export const same = (a: unknown, b: unknown): boolean => a === b || canonicalJson(a) === canonicalJson(b);
export const keyOf = ({ rule, subject }: Pick<FindingRecord, 'rule' | 'subject'>): string => `${rule} ${subject}`;

/** Everything that is stored, read past any planted bug. */
export const snapshot = async (deps: RollCallDeps) => {
  const stored = await allFindings(deps);
  const findings = new Map(stored.map(each => [keyOf(each.record), each]));
  const histories = await Promise.all(stored.map(async ({ record }) => [keyOf(record), await deps.findings.history(record)] as const));
  return {
    count: stored.length,
    findings,
    histories: new Map<string, readonly HistoryEntry[]>(histories),
    items: (await Promise.all(SCOPES.map(deps.inventory.items))).flat(),
    statuses: await deps.inventory.statuses(),
    memos: await deps.inventory.memos(),
    outgoing: await deps.inventory.outgoing(),
  };
};
export type Snapshot = Awaited<ReturnType<typeof snapshot>>;

/** What the laws remember of what they have seen, for themselves. */
export interface Memory {
  /** Slots in a row that could be read completely, without the ARN. */
  readonly missing: Map<string, number>;
  /** Of an open finding: the creation of the deployment that was last judged, and its generation then. */
  readonly judged: Map<string, { readonly createdAt: Instant | null; readonly generation: number }>;
  /** By finding and receiver: the last notice that was accepted, and whether in a run with a fault. */
  readonly heard: Map<string, { readonly told: Told; readonly faulty: boolean }>;
  readonly announced: Set<string>;
  /** Scopes that a run has read since somebody began to read them and stood still. */
  readonly overtaken: Set<string>;
}
export interface View {
  readonly story: Story;
  readonly happened: Happened;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly accepted: readonly Message[];
  readonly memory: Memory;
}

export const pairs = ({ before, after }: View): readonly (readonly [StoredFinding | undefined, StoredFinding])[] =>
  [...after.findings].map(([key, finding]) => [before.findings.get(key), finding] as const);

const isRead = ({ happened, story }: View, scope: string) => happened.scopes.includes(scope) && !story.cloud.broken.has(scope);

export type Open = readonly [rule: string, severity: string, receivers: string];

/** The accounts that are said to be production. Of others nobody said anything: they are judged alike, and nobody is woken. */
export const PRODUCTION: readonly string[] = [ACCOUNT, CLAIMED.account];

/** The reference: what must be shown of a deployment that was just read, from the registry and the clock alone. */
export const expected = (desk: Pick<Desk, 'registered' | 'now'>, sighting: Sighting): readonly Open[] => {
  const isSaid = PRODUCTION.includes(accountOf(sighting));
  return expectedInProduction(desk, sighting).map(([rule, severity, told]) => [
    rule,
    isSaid || severity !== 'CRITICAL' ? severity : 'HIGH',
    told,
  ]);
};

const accountOf = ({ scope }: Sighting): string => scope.split('/')[1] ?? '';

const expectedInProduction = ({ registered, now }: Pick<Desk, 'registered' | 'now'>, sighting: Sighting): readonly Open[] => {
  const { arn, kind, tags, detail } = sighting;
  const isClaimed = kind === 'MODEL_USE' && accountOf(sighting) === CLAIMED.account;
  const live = detail.state === 'KNOWN' ? detail.composition.digest : '';
  const models = [...registered.values()];
  const versionIs = (model: Registration) => ['3', '4'].find(version => aComposition(`${model.name}-${version}`).digest === live);
  const model =
    models.find(each => each.name === tags?.['rollcall:model']) ??
    models.find(each => each.deployments.some(declared => declared.arn === arn)) ??
    models.find(each => isClaimed && each.match.uses.length > 0) ??
    models.find(versionIs);
  const tagged = tags?.['owner'] ?? '';
  if (!model) return [[kind === 'MODEL_USE' ? 'INV-02' : 'INV-01', 'HIGH', tagged]];
  const told = [...new Set([model.technicalOwner, model.businessOwner].filter(owner => owner !== null))].join() || tagged;
  const isHigh = TIER_OF[model.name] === 'HIGH';
  const lastOf = (version: string) => model.decisions.findLast(each => each.type === 'APPROVAL' && each.version === version);
  const version = versionIs(model);
  const decision = version === undefined ? undefined : lastOf(version);
  const approved = ['3', '4'].map(lastOf).flatMap(each => (each?.type === 'APPROVAL' && each.status === 'APPROVED' ? [each] : []));
  if (decision?.type === 'APPROVAL' && decision.status === 'REVOKED')
    return [['INV-07', isHigh ? 'CRITICAL' : approved.length === 0 ? 'HIGH' : 'MEDIUM', told]];
  if (approved.length === 0) return [['APR-01', isHigh ? 'CRITICAL' : 'HIGH', told]];
  const covering = approved.find(each => each.version === version);
  if (!covering) return [['APR-02', isHigh ? 'CRITICAL' : 'MEDIUM', told]];
  return (covering.expiresAt ?? '9') <= now ? [['APR-03', isHigh ? 'HIGH' : 'LOW', told]] : [];
};

const HIDDEN_BY: Readonly<Record<string, readonly string[]>> = {
  'INV-07': ['INV-01', 'INV-02'],
  'INV-09': ['INV-01', 'INV-02'],
  'APR-01': ['INV-01', 'INV-02', 'INV-07'],
  'APR-02': ['INV-01', 'INV-02', 'INV-07', 'APR-01'],
  'APR-03': ['INV-01', 'INV-02', 'INV-07', 'APR-01'],
};
/** What is stored after something happened, by `keyOf`. */
export interface Found {
  readonly after: { readonly findings: ReadonlyMap<string, StoredFinding> };
}
export const openOn = ({ after }: Found, subject: string) =>
  [...after.findings.values()].flatMap(({ record }) => (record.subject === subject && record.condition === 'OPEN' ? [record] : []));

export const shownOn = (view: Found, subject: string) => {
  const open = openOn(view, subject);
  const isWorse = (a: FindingRecord, b: FindingRecord) => SEVERITIES.indexOf(a.severity) > SEVERITIES.indexOf(b.severity);
  return open.filter(record => !open.some(other => HIDDEN_BY[record.rule]?.includes(other.rule) && !isWorse(record, other)));
};

/** Deployments that this event could see, with what they run. */
export const listedIn = (view: View): readonly Sighting[] =>
  [...view.story.cloud.live.values()].filter(
    each => isRead(view, each.scope) && each.detail.state === 'KNOWN' && !view.story.cloud.unlisted.has(each.arn),
  );

/** What is shown of a deployment that was just read, where it is not what the reference expects. */
export const misjudged = (desk: Pick<Desk, 'registered' | 'now'>, found: Found, sighting: Sighting): readonly string[] => {
  const shown = shownOn(found, `dep:${sighting.arn}`).map(({ rule, severity, about }): Open => [rule, severity, about.receivers.join()]);
  const wanted = expected(desk, sighting);
  return same(shown.toSorted(), wanted.toSorted()) ? [] : [`${sighting.arn}: ${canonicalJson(shown)}, not ${canonicalJson(wanted)}`];
};

export const asExpected = (view: View): string[] => {
  const { story, happened } = view;
  const wrong = listedIn(view).flatMap(sighting => misjudged(story, view, sighting));
  return happened.reached === 'NOTHING' ? wrong : [...wrong, ...modelsAsExpected(story, view)];
};

export const modelsAsExpected = ({ registered }: Pick<Desk, 'registered'>, found: Found): readonly string[] =>
  Object.keys(TIER_OF).flatMap(name => {
    const { technicalOwner = '', businessOwner = '' } = registered.get(name) ?? {};
    const both = [technicalOwner, businessOwner];
    const wanted = [...(both.includes(null) ? ['OWN-01'] : []), ...(both.includes('lee@example.com') ? ['OWN-02'] : [])];
    const open = openOn(found, `model:${name}`).map(({ rule }) => rule);
    return same(open, wanted) ? [] : [`${name}: ${open.join()}, not ${wanted.join()}`];
  });
