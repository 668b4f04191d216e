import { decideRelease } from '../core/answer.ts';
import type { StoredFinding } from '../core/finding.ts';
import type { Released } from '../core/finding-view.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { samePerson } from '../core/person.ts';
import type { Instant } from '../core/time.ts';
import type { Caller } from '../ports.ts';
import { type FindDeps, foldedFindings, lookUpFinding } from './find-findings.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

/** Which part of the backlog: named findings, one owner's, or all of it. */
export interface ReleaseAsk {
  readonly which: { readonly ids: readonly string[] } | { readonly owner: string } | { readonly all: true };
  readonly caller: Caller;
  readonly now: Instant;
}

/** Takes findings out of the backlog, so that the next run tells them as if new. Each is decided and stored on its own. */
export const releaseFindings = async (deps: FindDeps, ask: ReleaseAsk): Promise<Outcome<Released>> => {
  if (ask.caller.as !== 'SECURITY')
    return refused('NOT_ALLOWED', `${ask.caller.person} may not release findings: only people with as: SECURITY may`);
  const chosen = await choose(deps, ask.which);
  if (!chosen.ok) return chosen;
  const results = await inBatches(chosen.value, PARTITIONS_AT_ONCE, finding => release(deps, finding, ask));
  return done({
    schema: 'rollcall.release/1',
    released: results.flatMap(({ id, refusal }) => (refusal === undefined ? [id] : [])),
    skipped: results.flatMap(({ id, refusal }) => (refusal === undefined ? [] : [{ id, ...refusal }])),
  });
};

const choose = async (deps: FindDeps, which: ReleaseAsk['which']): Promise<Outcome<readonly StoredFinding[]>> => {
  if ('ids' in which) return lookUpAll(deps, which.ids);
  const folded = await foldedFindings(deps);
  if ('all' in which) return done(folded);
  return done(folded.filter(({ record }) => record.about.receivers.some(receiver => samePerson(receiver, which.owner))));
};

/** All or nothing: a mistyped id releases none of the others. */
const lookUpAll = async (deps: FindDeps, ids: readonly string[]): Promise<Outcome<readonly StoredFinding[]>> => {
  const found = new Map<string, StoredFinding>();
  for (const id of ids) {
    const one = await lookUpFinding(deps.findings, id);
    if (!one.ok) return one;
    found.set(one.value.record.id, one.value);
  }
  return done([...found.values()]);
};

const release = async ({ findings }: FindDeps, finding: StoredFinding, { caller, now }: ReleaseAsk) => {
  const { id } = finding.record;
  const decided = decideRelease({ finding, caller, now });
  if (!decided.ok) return { id, refusal: { code: decided.code, reason: decided.reason } };
  const written = await findings.writeResponse(decided, finding.response?.head.seq ?? 0);
  return { id, refusal: written.outcome === 'WRITTEN' ? undefined : { code: 'CONFLICT', reason: written.reason } };
};
