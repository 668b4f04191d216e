import type { RollCallView, ScopeLine, ToldView } from '../cli/render/roll-call.ts';
import type { FindingView } from '../core/finding-view.ts';
import { plural } from '../core/message/words.ts';
import type { Message } from '../core/notice.ts';
import type { KindListing } from '../core/sighting.ts';
import type { InventoryStore, RegistryStore } from '../ports.ts';
import type { ReconcileOutcome } from '../usecases/reconcile-scope.ts';
import type { RollCallResult } from '../usecases/roll-call.ts';

interface Shown {
  readonly result: RollCallResult;
  readonly findings: readonly FindingView[];
  readonly seconds: number;
}

/** A finished roll call as the terminal shows it. */
export const rollCallView = async (
  deps: { readonly registry: RegistryStore; readonly inventory: InventoryStore },
  { result, findings, seconds }: Shown,
): Promise<RollCallView> => {
  const scopes = [...result.scopes].map(([scope, outcome]) => scopeLine(scope, outcome));
  const items = (await Promise.all([...result.scopes.keys()].map(deps.inventory.items))).flat().filter(item => item.absentSince === null);
  const arns = new Set(findings.map(({ subjectArn }) => subjectArn));
  const models = new Set(findings.map(({ model }) => model));
  const { registrations } = await deps.registry.all();
  return {
    at: result.slot,
    calls: [...result.scopes.values()].reduce((sum, outcome) => sum + (outcome.outcome === 'DONE' ? outcome.listing.calls : 0), 0),
    seconds,
    scopes: [...scopes, { scope: 'registry', status: 'complete', text: `${registrations.length} models` }],
    live: items.length,
    unread: scopes.filter(({ status }) => status === 'NOT CHECKED').length,
    findings,
    inOrder: items.filter(({ arn, model }) => !arns.has(arn) && !(model !== null && models.has(model))).length,
  };
};

const scopeLine = (scope: string, outcome: ReconcileOutcome): ScopeLine => {
  if (outcome.outcome !== 'DONE') return { scope, status: 'NOT CHECKED', text: outcome.reason };
  const failed = outcome.listing.kinds.find(kind => kind.status === 'NOT_CHECKED');
  if (failed !== undefined)
    return { scope, status: 'NOT CHECKED', text: failed.reason.replace(/^access denied: \w+:(\w+).*$/, '$1 denied') };
  return {
    scope,
    status: 'complete',
    text: plural(
      outcome.listing.kinds.reduce((sum, kind) => sum + countOf(kind), 0),
      'deployment',
    ),
  };
};

const countOf = (kind: KindListing): number => (kind.status === 'COMPLETE' ? kind.sightings.length : 0);

/** Who was told in the first run, and what the second one still had to say. */
export const toldView = (shown: {
  readonly accepted: readonly Accepted[];
  readonly again: RollCallResult;
  readonly writes: number;
}): ToldView => {
  const owners = shown.accepted.filter(({ message }) => message.topic === 'OWNERS');
  const [first] = owners;
  return {
    security: shown.accepted.filter(({ message }) => message.topic === 'SECURITY').length,
    owners: owners.length,
    sample: first && { to: nameOf(first.message.receiver), subject: first.message.subject, file: first.file },
    again: { messages: shown.again.told?.sent.length ?? 0, writes: shown.writes },
  };
};

/** A message, and the file of the outbox that holds it. */
export interface Accepted {
  readonly message: Message;
  readonly file: string;
}

const nameOf = (receiver: string): string => {
  const local = receiver.replace('owner:', '').split('@')[0] ?? receiver;
  return local.charAt(0).toUpperCase() + local.slice(1);
};
