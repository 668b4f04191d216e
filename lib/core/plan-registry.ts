import type { StoredFinding, Verdict } from './finding.ts';
import type { Memo, ScopeStatus } from './inventory.ts';
import { judgeDeclaration, judgeModel, judgeScope } from './judge.ts';
import type { MemoChange, ReconcilePlan, RegistryWorld } from './plan.ts';
import { inOrder, reconcileFindings, verdictKey } from './reconcile-findings.ts';
import { judgeLeft, judgeListed, judgeUnlisted } from './rules/ops-01.ts';
import { type DeclarationCase, declarationSubject, presenceOf } from './rules/inv-06.ts';
import type { ModelCase } from './rules/model-case.ts';
import { ownerMemoKey, ownersOf } from './rules/own-02.ts';
import { ORGANIZATION_LIST, parseScopeId, REGISTRY_SCOPE, regionsOfAccount, type ScopeId } from './scope.ts';
import { elapsed, type Instant } from './time.ts';

/** What one roll call changes in the pseudo-scope `registry`: findings of models, declared deployments and scopes, and the memos they rest on. */
export const planRegistry = (world: RegistryWorld): ReconcilePlan => {
  const memos = new Map(world.memos.map(memo => [memo.key, memo]));
  const statuses = new Map(world.statuses.map(status => [status.scope, status]));
  const { owners, settings, slot, now, scopes } = world;
  const declared = inLowerCase(world.declared);
  const models = world.registrations
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((registration): ModelCase => ({ registration, owners, memos, settings, slot, now }));
  const declarations = models.flatMap(model =>
    model.registration.deployments.map((declaration): DeclarationCase => ({ ...model, declaration, scopes, statuses, declared })),
  );
  const verdicts = [
    ...models.flatMap(judgeModel),
    ...declarations.flatMap(judgeDeclaration),
    ...[...scopes].toSorted().flatMap(scope => judgeScope({ scope, status: statuses.get(scope), slot, settings })),
    ...judgeLists(world),
    ...leftScopes(world).map(status => judgeLeft({ scope: status.scope, slot, settings }, status)),
  ];
  const all = inOrder([...verdicts, ...unjudged(verdicts, world)]);
  return {
    scope: REGISTRY_SCOPE,
    findings: reconcileFindings(all, world.findings, { scope: REGISTRY_SCOPE, now, epoch: world.epoch }),
    items: [],
    memos: memoChanges(memos, [...models.flatMap(ownerMemos), ...declarations.map(declarationMemo)], world),
    forgotten: [],
    status: undefined,
    verdicts: all,
    sightings: [],
  };
};

/**
 * Scopes that are no part of this roll call, nor of a later one, and of which that is still to be told: a run that is closed once more says
 * the same once more. In the next run they are none: their finding closes as retired, never as resolved.
 */
export const leftScopes = ({ statuses, scopes, slot }: Pick<RegistryWorld, 'statuses' | 'scopes' | 'slot'>): readonly ScopeStatus[] => {
  const current = new Set([...scopes, REGISTRY_SCOPE]);
  return statuses.filter(
    ({ scope, lastSlot, retiredSince }) =>
      (retiredSince === null || retiredSince === slot) && !current.has(scope) && (lastSlot === null || elapsed(slot, lastSlot) <= 0),
  );
};

/** Lists that were not answered, and those that once were not and are again. One that is not asked for any more is retired like a scope. */
const judgeLists = ({ unlisted, findings, scopes, slot, settings }: RegistryWorld): readonly Verdict[] => {
  const failing = new Set(unlisted.map(({ scope }) => scope));
  const regions =
    settings.regions === 'enabled'
      ? scopes.flatMap(scope => parseScopeId(scope) ?? []).map(({ account }) => regionsOfAccount(account))
      : [];
  const asked = new Set([...(settings.organization ? [ORGANIZATION_LIST] : []), ...regions]);
  const answered = new Set(
    findings.map(({ record }) => record.subject.replace('scope:', '')).filter(scope => asked.has(scope) && !failing.has(scope)),
  );
  return [
    ...unlisted.map(each => judgeUnlisted({ scope: each.scope, slot, settings }, each)),
    ...[...answered].map(scope => judgeListed({ scope, slot, settings })),
  ];
};

/** What was asked under several spellings of one ARN was seen if any of them was. */
const inLowerCase = (declared: RegistryWorld['declared']): RegistryWorld['declared'] => {
  const seen = [...declared].toSorted(([, a], [, b]) => Number(a !== undefined) - Number(b !== undefined));
  return new Map(seen.map(([arn, item]) => [arn.toLowerCase(), item]));
};

/**
 * Findings that nothing is there any more to judge by: their subject is gone, or of a scope that left it is only said that it did. While a
 * registration cannot be read, nothing of a model is called removed.
 */
const unjudged = (verdicts: readonly Verdict[], { findings, unreadable }: RegistryWorld): readonly Verdict[] => {
  const judged = new Set(verdicts.map(verdictKey));
  return findings.flatMap(({ record: { rule, subject } }): Verdict[] => {
    const isScope = subject.startsWith('scope:');
    if (judged.has(verdictKey({ rule, subject })) || (!isScope && unreadable.length > 0)) return [];
    return isScope
      ? [{ rule, subject, outcome: 'CLEAR', code: 'SCOPE_RETIRED', reason: RETIRED }]
      : [{ rule, subject, outcome: 'CLEAR', code: 'UNDECLARED', reason: 'the registry no longer declares it' }];
  });
};

const RETIRED = 'the scope is no longer part of the roll call';

/** What a memo is to be: kept as it is, set, or gone. */
interface MemoWish {
  readonly key: string;
  readonly wish: 'KEEP' | 'UNSET' | Memo;
}

const ownerMemos = ({ registration, owners, memos, slot }: ModelCase): readonly MemoWish[] =>
  ownersOf(registration).map(person => {
    const key = ownerMemoKey(person);
    const status = owners.get(person)?.status ?? 'UNKNOWN';
    if (status === 'UNKNOWN') return { key, wish: 'KEEP' };
    return { key, wish: status === 'NO_SUCH_PERSON' ? (memos.get(key) ?? { key, since: slot, seq: 0 }) : 'UNSET' };
  });

const declarationMemo = (c: DeclarationCase): MemoWish => {
  const key = declarationSubject(c);
  const presence = presenceOf(c);
  if (presence.state === 'UNKNOWN') return { key, wish: 'KEEP' };
  return { key, wish: presence.state === 'SEEN' ? 'UNSET' : presence.memo };
};

const memoChanges = (
  memos: ReadonlyMap<string, Memo>,
  wishes: readonly MemoWish[],
  { unreadable }: RegistryWorld,
): readonly MemoChange[] => {
  const wished = new Map(wishes.map(({ key, wish }) => [key, wish]));
  const set = [...wished].flatMap(([key, wish]): MemoChange[] =>
    typeof wish === 'string' || memos.has(key) ? [] : [{ action: 'SET', memo: wish }],
  );
  const stale = [...memos.keys()].filter(key => wished.get(key) === 'UNSET' || (!wished.has(key) && unreadable.length === 0));
  return [...set, ...stale.toSorted().map((key): MemoChange => ({ action: 'UNSET', key }))];
};

export interface RetiredScope {
  readonly scope: ScopeId;
  readonly findings: readonly StoredFinding[];
  readonly now: Instant;
  readonly epoch: number;
}

/** Closes the findings of a scope that left the configuration: told as retired, never as resolved. */
export const planRetiredScope = (retired: RetiredScope): ReconcilePlan => {
  const verdicts = retired.findings.map(
    ({ record: { rule, subject } }): Verdict => ({ rule, subject, outcome: 'CLEAR', code: 'SCOPE_RETIRED', reason: RETIRED }),
  );
  const findings = reconcileFindings(verdicts, retired.findings, retired);
  return { scope: retired.scope, findings, items: [], memos: [], forgotten: [], status: undefined, verdicts, sightings: [] };
};
