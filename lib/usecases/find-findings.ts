import { isFolded } from '../core/answer.ts';
import type { EffectiveState, FindingKey, StoredFinding } from '../core/finding.ts';
import { effectiveState, openAmong, withStates } from '../core/effective-state.ts';
import { type FindingDetail, findingDetail, type FindingsAnswer, type FindingView, findingView } from '../core/finding-view.ts';
import { done, type Outcome, type Refusal, refused } from '../core/outcome.ts';
import { HIDES, isAtLeast, RULE_IDS } from '../core/rule-catalog.ts';
import { REGISTRY_SCOPE, type ScopeId } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import { elapsed, type Instant } from '../core/time.ts';
import { type FindingStore, type InventoryStore, UnreadableItemError } from '../ports.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

export interface FindDeps {
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
}

/** One answer of the API stays below the 6 MB that a function may return: a view has about 700 bytes. */
const LISTED_AT_MOST = 5000;

/** Findings that are not resolved and not explained by another; `folded` keeps the backlog alone. Most urgent first. */
export const listFindings = async (deps: FindDeps, ask: { readonly folded: boolean; readonly now: Instant }): Promise<FindingsAnswer> => {
  const { stored, unread } = await storedFindings(deps);
  const views = viewsOf(stored, ask.now).filter(
    view => view.state !== 'RESOLVED' && view.hiddenBy === null && (!ask.folded || view.folded),
  );
  const findings = views.toSorted(byUrgency).slice(0, LISTED_AT_MOST);
  return { schema: 'rollcall.findings/1', total: views.length, findings, unread: [...unread] };
};

/** Every stored finding that can be read, as it is shown at `now`, resolved and hidden ones included. */
export const everyFinding = async (deps: FindDeps, now: Instant): Promise<readonly FindingView[]> =>
  viewsOf((await storedFindings(deps)).stored, now);

const viewsOf = (stored: readonly StoredFinding[], now: Instant): readonly FindingView[] =>
  withStates(stored, now).map(({ finding, effective }) => findingView(finding, effective));

/** Findings of the backlog, read strongly. */
export const foldedFindings = async (deps: FindDeps): Promise<readonly StoredFinding[]> =>
  (await storedFindings(deps)).stored.filter(isFolded);

interface AllStored {
  readonly stored: readonly StoredFinding[];
  readonly unread: readonly { readonly scope: ScopeId; readonly reason: string }[];
}

/** One damaged item hides its scope, and says so; it never hides the others. */
const storedFindings = async ({ inventory, findings }: FindDeps): Promise<AllStored> => {
  const { statuses, unreadable } = await inventory.statuses();
  const scopes = [...new Set([...statuses.map(({ scope }) => scope), REGISTRY_SCOPE])];
  const read = await inBatches(scopes, PARTITIONS_AT_ONCE, async scope => {
    try {
      return { stored: await findings.inScope(scope), unread: [] };
    } catch (error) {
      if (!(error instanceof UnreadableItemError)) throw error;
      const { item, reason } = error.unreadable;
      return { stored: [], unread: [{ scope, reason: `${item}: ${reason}` }] };
    }
  });
  const lost = unreadable.map(({ item, reason }) => ({ scope: item, reason }));
  return { stored: read.flatMap(({ stored }) => stored), unread: [...read.flatMap(({ unread }) => unread), ...lost] };
};

/** The finding that an id, or a prefix of at least 4 characters, can only mean. Letters that look like digits count as those. */
export const lookUpFinding = async (findings: FindingStore, id: string): Promise<Outcome<StoredFinding>> => {
  const prefix = readId(id);
  if (prefix === undefined) return refused('BAD_ID', 'an id is F- and 4 to 8 characters of its own, such as F-7K3Q');
  const hits = await findings.withIdPrefix(prefix);
  const [hit, ...others] = hits;
  if (hit === undefined) return nothingAt(prefix);
  const lines = hits.slice(0, 10).map(({ record }) => `${record.id} ${record.rule} ${record.about.name}`);
  if (others.length > 0) return refused('AMBIGUOUS', `${prefix} can be ${hits.length} findings: give more characters`, { lines });
  const current = await findings.get(keyOf(hit));
  return current === undefined ? nothingAt(prefix) : done(current);
};

const nothingAt = (prefix: string): Refusal =>
  refused('NOT_FOUND', `no finding has an id that starts with ${prefix}`, { lines: ['npx rollcall findings lists what is open'] });

export interface ShowDeps {
  readonly findings: FindingStore;
  readonly settings: Settings;
}

/** A finding with what it rests on and its history. */
export const showFinding = async (deps: ShowDeps, id: string, now: Instant): Promise<Outcome<FindingDetail>> => {
  const { findings, settings } = deps;
  const found = await lookUpFinding(findings, id);
  if (!found.ok) return found;
  const history = await findings.history(keyOf(found.value));
  return done(findingDetail(found.value, { shown: await stateNow(findings, found.value, now), history, settings }));
};

/** A finding as it is shown at `now`. */
export const viewNow = async (findings: FindingStore, finding: StoredFinding, now: Instant): Promise<FindingView> =>
  findingView(finding, await stateNow(findings, finding, now));

const stateNow = async (findings: FindingStore, { record, response }: StoredFinding, now: Instant): Promise<EffectiveState> => {
  const parents = RULE_IDS.filter(rule => HIDES[rule]?.includes(record.rule));
  const stored = await Promise.all(parents.map(rule => findings.get({ scope: record.scope, rule, subject: record.subject })));
  return effectiveState(record, response, openAmong(stored.filter(finding => finding !== undefined)), now);
};

export const keyOf = ({ record: { scope, rule, subject } }: StoredFinding): FindingKey => ({ scope, rule, subject });

/** Crockford base32 reads I and L as 1 and O as 0. */
const readId = (text: string): string | undefined => {
  const characters = /^(?:F-)?([0-9A-TV-Z]{4,8})$/.exec(text.trim().toUpperCase())?.[1];
  return characters && `F-${characters.replaceAll(/[IL]/g, '1').replaceAll('O', '0')}`;
};

const byUrgency = (a: FindingView, b: FindingView): number =>
  a.severity === b.severity ? elapsed(b.openedAt, a.openedAt) || (a.id < b.id ? -1 : 1) : isAtLeast(a.severity, b.severity) ? -1 : 1;
