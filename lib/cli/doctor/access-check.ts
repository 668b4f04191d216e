import { exclusionOf } from '../../core/exclusion.ts';
import { kindsOf } from '../../core/kinds.ts';
import { type CloudScope, scopeId } from '../../core/scope.ts';
import type { FailureClass } from '../../core/sighting.ts';
import type { Probed } from '../../ports.ts';
import type { Check, CheckAnswer } from './check.ts';

/** Whether a scan may read a scope: one real request of each action that it needs, as cheap as there is. */
export const accessCheck = (scope: CloudScope): Check => ({
  id: `access:${scopeId(scope)}`,
  title: `reading ${scopeId(scope)}`,
  run: async ({ probe }) => answerOf(scope, await probe(scope)),
});

const answerOf = (scope: CloudScope, probed: readonly Probed[]): CheckAnswer => {
  const needed = probed.filter(({ outcome, lost }) => outcome === 'FAILED' && lost === null);
  const unasked = probed.filter(({ outcome }) => outcome === 'NOTHING_THERE');
  const spare = probed.filter(({ outcome, lost }) => outcome === 'FAILED' && lost !== null);
  const allowed = probed.filter(({ outcome }) => outcome === 'ALLOWED');
  const what = [
    ...needed.map(({ reason }) => reason),
    `${allowed.length} of ${probed.length} actions allowed`,
    ...spare.map(({ reason, lost }) => `${reason}, ${lost}`),
    ...[...Map.groupBy(unasked, ({ reason }) => reason)].map(([reason, same]) => `cannot tell ${actionsOf(same)}: ${reason}`),
  ].join('; ');
  if (needed.length > 0) return { state: 'MEND', what, mend: mendOf(scope, needed) };
  return { state: unasked.length > 0 ? 'CANNOT_TELL' : 'OK', what, mend: [] };
};

const actionsOf = (probed: readonly Probed[]): string => probed.map(({ action }) => action).join(', ');

const byPolicy = (one: Probed): boolean => one.reason.endsWith('(organisation policy)');

const mendOf = (scope: CloudScope, failed: readonly Probed[]): string[] => {
  const missing = failed.filter(one => one.failure === 'DENIED' && !byPolicy(one)).map(({ action }) => action);
  const others = failed.filter(one => one.failure !== 'DENIED' || byPolicy(one));
  return [
    ...(missing.length === 0 ? [] : [`add to your policy: ${statement(missing)}`]),
    ...new Set(others.map(one => (byPolicy(one) ? leaveOut(scope) : (MENDS[one.failure ?? 'UNKNOWN'] ?? AGAIN)(scope)))),
  ];
};

const statement = (actions: readonly string[]): string => JSON.stringify({ Effect: 'Allow', Action: actions, Resource: '*' });

/** The line that `rollcall.yaml` has for what nobody means to read. */
const leaveOut = (scope: CloudScope): string => `leave it out in rollcall.yaml: excluded: [${exclusionOf(scopeId(scope), '')}]`;

const AGAIN = ({ provider, region }: CloudScope): string =>
  `try again; if it stays, see whether AWS's ${provider} in ${region} can be reached from here (proxy, firewall, endpoint of the VPC)`;

const MENDS: Readonly<Partial<Record<FailureClass, (scope: CloudScope) => string>>> = {
  IDENTITY: scope => `enable ${scope.region} in the account, or ${leaveOut(scope)}`,
  UNSUPPORTED: scope => `${leaveOut(scope)}; with kinds: [...] beside the scope only these, of ${kindsOf(scope.provider).join(', ')}`,
};
