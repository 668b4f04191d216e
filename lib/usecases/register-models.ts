import type { AppliedView } from '../core/applied-view.ts';
import type { Draft } from '../core/draft-manifest.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import type { Caller, FindingStore, InventoryStore, RegistryStore } from '../ports.ts';
import { type AppliedChange, applyManifests, type ApplyRequest } from './apply-manifests.ts';
import { draftForFinding } from './draft-manifests.ts';
import { lookUpFinding } from './find-findings.ts';

export interface RegisterRequest extends ApplyRequest {
  /** The person that the caller is; undefined: a machine. Anybody may register, security alone removes what others registered. */
  readonly caller: Caller | undefined;
}

/** Applies manifests in the name of `by` and says what came of each. CONFLICT names the models that were not written; the others were. */
export const registerModels = async (
  deps: { readonly registry: RegistryStore },
  request: RegisterRequest,
): Promise<Outcome<AppliedView>> => {
  if (request.prune && !request.dryRun && request.caller?.as !== 'SECURITY')
    return refused(
      'NOT_ALLOWED',
      `${request.by} may not prune: only people with as: SECURITY may, others see with --dry-run what it would remove`,
    );
  const { plan, changes, conflicts, tooMany } = await applyManifests(deps, request);
  if (tooMany !== undefined) {
    const lines = [`npx rollcall apply -f <path> --prune --confirm ${tooMany}`];
    return refused('PRUNE_TOO_MANY', `this would remove ${tooMany} registrations, and nothing was changed. If that is meant:`, { lines });
  }
  if (conflicts.length > 0) {
    const lines = changes.map(change => `${change.name}: ${change.outcome}${change.outcome === 'CONFLICT' ? `, ${change.reason}` : ''}`);
    return refused('CONFLICT', `somebody else wrote ${conflicts.length} model(s) in between: apply again`, { lines });
  }
  return done({ schema: 'rollcall.apply/1', dryRun: request.dryRun, changes: changes.map(changeOf), undeclared: [...plan.undeclared] });
};

const changeOf = ({ name, action, reason, differences, notes }: AppliedChange) => ({
  model: name,
  action,
  reason,
  details: [
    ...differences.map(({ field, from, to }) => `${field}: ${from ?? 'nothing'} → ${to ?? 'nothing'}`),
    ...notes.map(note => `${note.code}: ${note.reason}`),
  ],
});

export interface DraftDeps {
  readonly registry: RegistryStore;
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
  readonly settings: Settings;
}

/** The manifest that would register the deployment of a finding; what only a person knows is TODO. */
export const draftFor = async (deps: DraftDeps, id: string): Promise<Outcome<Draft>> => {
  const found = await lookUpFinding(deps.findings, id);
  if (!found.ok) return found;
  const drafted = await draftForFinding(deps, { record: found.value.record, ownerTags: deps.settings.ownerTags });
  return drafted.outcome === 'DRAFTED' ? done(drafted.draft) : refused('NOTHING_TO_DRAFT', drafted.reason);
};
