import { type DeploymentKind, kindOfArn, kindsOf } from '../../../lib/core/kinds.ts';
import { useKey } from '../../../lib/core/model-use.ts';
import { arnOf, type CloudScope, parseScopeId, PROVIDERS, type Provider, type ScopeId, scopeId } from '../../../lib/core/scope.ts';
import type { Detail, FailureClass, GoneAnswer, KindListing, Sighting } from '../../../lib/core/sighting.ts';
import type { AccountSource, ListingSource } from '../../../lib/ports.ts';
import { ACCOUNT, aComposition, aSighting, aUnit, knownDetail, REGION, unknownDetail } from '../../support/builders.ts';
import { SONNET, serving } from '../../support/deployment-vocabulary.ts';
import { CLAIMED } from '../people.ts';

/** The hub's own account first. Of the last one nobody said what it is for. */
export const ACCOUNTS: readonly string[] = [ACCOUNT, CLAIMED.account, '333344445555'];
export const REGIONS: readonly string[] = [REGION, 'us-east-1'];
const CLOUD_SCOPES = ACCOUNTS.flatMap(account =>
  REGIONS.flatMap(region => PROVIDERS.map((provider): CloudScope => ({ provider, account, region }))),
);
export const SCOPES: readonly ScopeId[] = CLOUD_SCOPES.map(scopeId);

/** What can come and go in every account and region. `ranker-prod` is named like a model; one `ep-a` is declared by one. */
const RESOURCES: Readonly<Record<Provider, readonly string[]>> = {
  sagemaker: ['endpoint/ep-a', 'endpoint/ranker-prod', 'endpoint/ep-b', 'endpoint/ep-c', 'inference-component/ic'],
  bedrock: ['provisioned-model/a1b2c3', 'agent-alias/AGENT00001/ALIAS00001', `model/${SONNET}`],
  agentcore: ['runtime/bot/runtime-endpoint/prod', 'gateway/tools'],
};
interface Place {
  readonly scope: ScopeId;
  readonly arn: string;
  readonly kind: DeploymentKind;
  readonly name: string;
}
const placeOf = (scope: CloudScope, resource: string): Place => {
  const name = resource.slice(resource.indexOf('/') + 1);
  const arn = name === SONNET ? useKey(scope, name) : arnOf(scope, resource);
  return { scope: scopeId(scope), arn, kind: kindOfArn(arn)!, name };
};
export const PLACES: readonly Place[] = CLOUD_SCOPES.flatMap(scope => RESOURCES[scope.provider].map(resource => placeOf(scope, resource)));

/** Versions 3 and 4 of one model, 3 of the other, and what no registry knows. */
const ARTEFACTS = ['fraud-scorer-3', 'fraud-scorer-4', 'ranker-3', 'strange'];
const TAGS = [{ 'rollcall:model': 'fraud-scorer' }, { owner: 'sam' }, { 'rollcall:model': 'ranker' }, {}];
export const running = (b: number): Detail => knownDetail(aUnit({ composition: aComposition(ARTEFACTS[b % 4]) }));
export const tagged = (b: number): Sighting['tags'] => TAGS[b % 4]!;
/** What lives at a place. A use is no resource: it runs what it is called, has no tags, and was never made. */
export const deployed = (place: Place, { createdAt, tags, detail }: Pick<Sighting, 'createdAt' | 'tags' | 'detail'>): Sighting =>
  aSighting({
    ...place,
    createdAt,
    tags,
    detail,
    ...(place.kind === 'MODEL_USE' ? { createdAt: null, tags: {}, detail: serving(SONNET) } : {}),
  });

export const FAILURES = [
  'DENIED',
  'TRANSIENT',
  'DEADLINE',
  'IDENTITY',
  'UNSUPPORTED',
  'BAD_REQUEST',
  'MALFORMED',
  'UNKNOWN',
] as const satisfies readonly FailureClass[];
/**
 * PARTIAL: something on a page cannot be read, and half of what is there is not on it. UNLISTED: the same half is missing from a list that
 * looks whole. BLURRED: no deployment can be described; MUTE: nor one that is missing. THROWS: the reader itself is broken.
 */
export const TROUBLES = [...FAILURES, 'PARTIAL', 'UNLISTED', 'BLURRED', 'MUTE', 'THROWS'] as const;
/** Beyond the last index of any list. */
export const ALL_KINDS = 99;
/** What goes wrong, and where; an index beyond the last of its list is all of them. */
export interface Trouble {
  readonly what: (typeof TROUBLES)[number];
  readonly account: number;
  readonly region: number;
  readonly provider: number;
  readonly kind: number;
  /** How many more runs it lasts. */
  readonly runs: number;
}

/** What is true, whatever the application believes. */
export interface Truth {
  readonly live: Map<string, Sighting>;
  /** What the organisation says of its accounts, in AWS's words. */
  readonly states: Map<string, string>;
  /** `account/region`, where a region is switched off. */
  readonly off: Set<string>;
  troubles: readonly Trouble[];
  /** Lists of accounts or regions that are not answered, and why. */
  readonly unanswered: Map<'organization' | 'regions', FailureClass>;
}

/** What the cloud was asked and said since it was last forgotten: what can be known, and no more. */
export interface Said {
  readonly kinds: { readonly scope: ScopeId; readonly kind: KindListing }[];
  readonly threw: Set<ScopeId>;
  readonly gone: Map<string, GoneAnswer['answer']>;
  /** undefined: not answered. */
  readonly members: (ReadonlyMap<string, string> | undefined)[];
  readonly regions: Map<string, readonly string[] | undefined>;
}
export const nothingSaid = (): Said => ({ kinds: [], threw: new Set(), gone: new Map(), members: [], regions: new Map() });

const isAt = <T>(values: readonly T[], index: number, value: T): boolean => index >= values.length || values[index] === value;
const troubleOf = ({ troubles }: Truth, scope: CloudScope, kind: DeploymentKind) =>
  troubles.find(
    each =>
      isAt(ACCOUNTS, each.account, scope.account) &&
      isAt(REGIONS, each.region, scope.region) &&
      isAt(PROVIDERS, each.provider, scope.provider) &&
      isAt(kindsOf(scope.provider), each.kind, kind),
  )?.what;

const HALF = new Set(PLACES.flatMap(({ arn }, index) => (index % 2 ? [arn] : [])));
const listKind = (truth: Truth, scope: CloudScope, kind: DeploymentKind): KindListing => {
  const what = troubleOf(truth, scope, kind);
  const failure = FAILURES.find(each => each === what);
  if (failure) return { kind, status: 'NOT_CHECKED', failure, reason: `${failure}: ${kind}` };
  const there = [...truth.live.values()].filter(each => each.scope === scopeId(scope) && each.kind === kind);
  const shown = what === 'PARTIAL' || what === 'UNLISTED' ? there.filter(({ arn }) => !HALF.has(arn)) : there;
  const sightings = what === 'BLURRED' ? shown.map(each => ({ ...each, detail: unknownDetail('DENIED') })) : shown;
  return { kind, status: 'COMPLETE', sightings, quarantined: what === 'PARTIAL' ? [{ text: '{}', reason: 'no ARN' }] : [] };
};

/** Why a kind that was answered like this counts as failed; null: it does not. */
export const failureIn = (kind: KindListing): FailureClass | null => {
  if (kind.status === 'NOT_CHECKED') return kind.failure;
  if (kind.quarantined.length > 0) return 'MALFORMED';
  return kind.sightings.some(({ detail }) => detail.state === 'UNKNOWN') ? 'DENIED' : null;
};

export class Broken extends Error {}

export const sourceOf = (truth: Truth, said: Said): ListingSource => ({
  list: async cloud => {
    const [scope, kinds] = [scopeId(cloud), kindsOf(cloud.provider).map(kind => listKind(truth, cloud, kind))];
    if (kindsOf(cloud.provider).some(kind => troubleOf(truth, cloud, kind) === 'THROWS')) {
      said.threw.add(scope);
      throw new Broken(scope);
    }
    said.kinds.push(...kinds.map(kind => ({ scope, kind })));
    return { scope, kinds, packages: [], calls: kinds.length };
  },
  confirmGone: async (cloud, arns) =>
    new Map(
      arns.map((arn): [string, GoneAnswer] => {
        const isMute = troubleOf(truth, cloud, kindOfArn(arn)!) === 'MUTE';
        const answer: GoneAnswer = isMute
          ? { answer: 'UNKNOWN', reason: 'throttled' }
          : { answer: truth.live.has(arn) ? 'PRESENT' : 'GONE' };
        said.gone.set(arn, answer.answer);
        return [arn, answer];
      }),
    ),
});

export const accountsOf = (truth: Truth, said: Said): AccountSource => ({
  members: async () => {
    const failure = truth.unanswered.get('organization');
    said.members.push(failure ? undefined : new Map(truth.states));
    if (failure) return { ok: false, failure, reason: `${failure}: organizations:ListAccounts` };
    return { ok: true, value: [...truth.states].map(([account, state]) => ({ account, state })) };
  },
  enabledRegions: async account => {
    const failure = truth.unanswered.get('regions');
    const enabled = REGIONS.filter(region => !truth.off.has(`${account}/${region}`));
    said.regions.set(account, failure ? undefined : enabled);
    return failure ? { ok: false, failure, reason: `${failure}: account:ListRegions` } : { ok: true, value: enabled };
  },
});

export const accountOf = (scope: ScopeId): string => parseScopeId(scope)?.account ?? '';
