import type { DeploymentActs } from '../core/act.ts';
import { type CreatorStatus, creationsOf, creatorsToLookUp, type LookUp, withCreations } from '../core/creators.ts';
import type { InventoryItem } from '../core/inventory.ts';
import type { ScopeWorld } from '../core/plan.ts';
import type { CloudScope, ScopeId } from '../core/scope.ts';
import type { Listing } from '../core/sighting.ts';
import { type Instant, isDue, MINUTE, plus } from '../core/time.ts';
import type { Clock, CreatorSource, InventoryStore, Log } from '../ports.ts';
import { inBatches } from './in-batches.ts';

interface CreatorDeps {
  readonly creators: CreatorSource | undefined;
  readonly inventory: InventoryStore;
  readonly writesAtOnce: number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Listed {
  readonly scope: ScopeId;
  readonly cloud: CloudScope;
  readonly mode: ScopeWorld['mode'];
  readonly creators: CreatorStatus | null;
  readonly items: readonly InventoryItem[];
  readonly listing: Listing;
  readonly acts: readonly DeploymentActs[];
  readonly deadline: Instant;
}

interface Found extends Pick<Listed, 'listing' | 'acts'> {
  readonly lookUp: LookUp | undefined;
}

/** Who made what is worth half a minute of a roll call, and no more: what is not answered by then is asked in the next one. */
const LOOKING_MS = MINUTE / 2;

/** Asks who made what no event told of, and keeps what was found, which outlives the run. The calls are added to those of the listing. */
export const lookUpCreators = async (deps: CreatorDeps, listed: Listed): Promise<Found> => {
  const { listing, acts, cloud } = listed;
  const now = deps.clock.now();
  const question = deps.creators && creatorsToLookUp({ ...listed, now });
  if (!deps.creators || !question) return { listing, acts, lookUp: undefined };
  const end = plus(now, LOOKING_MS);
  const deadline = isDue(listed.deadline, end) ? listed.deadline : end;
  const { windows } = question;
  const answer = windows.length === 0 ? NOTHING : await deps.creators.lookUp(cloud, { windows, deadline });
  const found = creationsOf(listing, answer);
  await inBatches(found, deps.writesAtOnce, ({ act, ...of }) => deps.inventory.recordAct(of, act));
  logAnswer(deps.log, listed, { question, answer });
  const calls = { calls: listing.calls + answer.calls, callsByAction: { ...listing.callsByAction, ...answer.callsByAction } };
  return { listing: { ...listing, ...calls }, acts: withCreations(acts, found), lookUp: { question, answer } };
};

const NOTHING: LookUp['answer'] = { acts: [], answered: [], failure: null, calls: 0, callsByAction: {} };

const logAnswer = (log: Log, { scope }: Listed, { question: { windows }, answer: { acts, answered, failure } }: LookUp): void => {
  if (windows.length === 0) return;
  const line = {
    scope,
    windows: windows.length,
    answered: answered.length,
    events: acts.length,
    failure: failure?.failure ?? null,
    reason: failure?.reason ?? null,
  };
  log[failure === null ? 'info' : 'warn']('creators.lookedUp', line);
};
