import type { ScopeId } from '../../lib/core/scope.ts';
import { showFinding } from '../../lib/usecases/find-findings.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';

/** What `show` tells of the one finding about a deployment of that name. */
export const findingDetailOf = async (deps: RollCallDeps, scope: ScopeId, name: string) => {
  const [found, ...more] = (await deps.findings.inScope(scope)).filter(({ record }) => record.about.name === name);
  if (!found || more.length > 0) throw new Error(`not one finding about ${name}`);
  const shown = await showFinding(deps, found.record.id, deps.clock.now());
  if (!shown.ok) throw new Error(shown.reason);
  return shown.value;
};
