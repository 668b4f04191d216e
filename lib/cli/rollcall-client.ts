import type { AppliedView, ApplyAsk, DraftView } from '../core/applied-view.ts';
import type { FindingDetail, FindingsAnswer, FindingView, Released } from '../core/finding-view.ts';
import type { ModelView } from '../core/model-view.ts';
import { done, mapped, type Outcome } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { renderDraft } from '../manifests/render-draft.ts';
import type { Caller, Clock, FindingStore, InventoryStore, RegistryStore } from '../ports.ts';
import { acknowledgeFinding } from '../usecases/acknowledge-finding.ts';
import { listFindings, showFinding } from '../usecases/find-findings.ts';
import { type ReleaseAsk, releaseFindings } from '../usecases/release-findings.ts';
import { draftFor, registerModels } from '../usecases/register-models.ts';
import { showModel } from '../usecases/show-model.ts';

export interface AcknowledgeAsk {
  readonly id: string;
  readonly reason: string;
  readonly until?: string | undefined;
  readonly generation?: number | undefined;
}

/** The people's side of Rollcall, wherever it runs. Refusals are values; a throw says that it could not be reached. */
export interface RollcallClient {
  readonly findings: (ask: { readonly folded: boolean }) => Promise<Outcome<FindingsAnswer>>;
  readonly show: (id: string) => Promise<Outcome<FindingDetail>>;
  /** The manifest that would register a finding's deployment. */
  readonly draft: (id: string) => Promise<Outcome<DraftView>>;
  readonly model: (name: string) => Promise<Outcome<ModelView>>;
  readonly acknowledge: (ask: AcknowledgeAsk) => Promise<Outcome<FindingView>>;
  readonly release: (which: ReleaseAsk['which']) => Promise<Outcome<Released>>;
  readonly apply: (ask: ApplyAsk) => Promise<Outcome<AppliedView>>;
}

export interface LocalDeps {
  readonly registry: RegistryStore;
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly caller: Caller;
}

/** The use cases on stores of this machine, in the name of whoever sits before it. */
export const createLocalClient = (deps: LocalDeps): RollcallClient => {
  const now = deps.clock.now;
  return {
    findings: async ({ folded }) => done(await listFindings(deps, { folded, now: now() })),
    show: id => showFinding(deps, id, now()),
    draft: async id => mapped(await draftFor(deps, id), draft => ({ schema: 'rollcall.draft/1', manifest: renderDraft(draft) })),
    model: name => showModel(deps, { name, now: now() }),
    acknowledge: ({ id, reason, until, generation }) =>
      acknowledgeFinding(deps, { id, reason, until, generation, caller: deps.caller, now: now() }),
    release: which => releaseFindings(deps, { which, caller: deps.caller, now: now() }),
    apply: ({ manifests, ...how }) => {
      const [by, at] = [deps.caller.person, now()];
      const files = manifests.map(({ file, text }) => ({ file, content: text }));
      const declared = readManifests({ from: 'what was given', files }, { source: 'MANIFEST', by, now: at });
      return registerModels(deps, { ...how, by, caller: deps.caller, now: at, declared });
    },
  };
};
