import type { StoredFinding } from '../core/finding.ts';
import type { Message, MessageMember, OutgoingMessage, SilenceReason } from '../core/notice.ts';
import { noticeKey, noticesOwed } from '../core/notices.ts';
import { type MessageQuestion, planMessages } from '../core/plan-messages.ts';
import { REGISTRY_SCOPE, type ScopeId } from '../core/scope.ts';
import { MINUTE, plus } from '../core/time.ts';
import type { FindingStore, InventoryStore, Log, Publisher } from '../ports.ts';

export interface NotifyDeps {
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  readonly publisher: Publisher;
  readonly log: Log;
}

export interface NotifyAsk extends Pick<MessageQuestion, 'now' | 'slot' | 'totals' | 'firstRollCall' | 'settings'> {
  readonly holder: string;
  /** Every scope that has findings; `registry` is added. */
  readonly scopes: readonly ScopeId[];
}

/** A message that did not go out, and why. */
export interface Unsent {
  readonly message: Message;
  readonly reason: string;
}

interface Progress {
  readonly sent: Message[];
  readonly failed: Unsent[];
  /** Messages of an earlier run that nothing stands behind any more. */
  readonly superseded: Unsent[];
}

export interface NotifyOutcome extends Readonly<Progress> {
  /** BUSY: another notifier is at work, nothing was done. FAILED: a message was not accepted; it waits for the next run, and this one has to alarm. */
  readonly outcome: 'TOLD' | 'FAILED' | 'BUSY';
  /** How many of `sent` an earlier run had left on their way. */
  readonly resent: number;
  /** How many notices were not owed, by reason. */
  readonly silent: Readonly<Partial<Record<SilenceReason, number>>>;
  readonly folded: number;
}

/** Longer than a notifier can run (15 minutes on Lambda): a second one starts only when the first is gone. */
const LEASE = 20 * MINUTE;
/** `told` writes under way at a time. */
const WRITES = 25;

/**
 * Sends what is owed: first what an earlier run left on its way, then what the findings say now.
 * A crash anywhere costs a repeat with the same ids, never a loss: what is owed is derived until `told` says that it was accepted.
 */
export const notify = async (deps: NotifyDeps, ask: NotifyAsk): Promise<NotifyOutcome> => {
  const progress: Progress = { sent: [], failed: [], superseded: [] };
  const lease = await deps.inventory.takeLease('notifier', ask.holder, ask.now, plus(ask.now, LEASE));
  if (!lease.granted) {
    deps.log.warn('notify.busy', { holder: lease.holder, until: lease.until });
    return { outcome: 'BUSY', ...progress, resent: 0, silent: {}, folded: 0 };
  }
  try {
    await finishOutgoing(deps, ask, progress);
    const resent = progress.sent.length;
    const { silent, folded } = await sendOwed(deps, ask, progress);
    return { outcome: progress.failed.length > 0 ? 'FAILED' : 'TOLD', ...progress, resent, silent, folded };
  } finally {
    await deps.inventory.releaseLease('notifier', lease.epoch);
  }
};

/** Sends PREPARED messages again, marks the members of PUBLISHED ones, and drops those whose causes are all gone. */
const finishOutgoing = async (deps: NotifyDeps, ask: NotifyAsk, progress: Progress): Promise<void> => {
  const outgoing = await deps.inventory.outgoing();
  if (outgoing.length === 0) return;
  const causes = new Set(noticesOwed(await readFindings(deps, ask), ask.now).owed.map(({ notice }) => causeOf(notice)));
  for (const item of outgoing) {
    const { message, state } = item;
    const isOver = message.members.length > 0 && !message.members.some(member => causes.has(causeOf(member)));
    if (state === 'PUBLISHED') await markTold(deps, message);
    else if (isOver) await supersede(deps, message, progress);
    else await send(deps, item, progress);
  }
};

/** What a notice says and why. The same cause is still owed where this is equal, whatever else was written to the record since. */
const causeOf = ({ finding, receiver, told }: MessageMember): string =>
  JSON.stringify([noticeKey(finding, receiver), told.reason, told.generation, told.condition, told.severity, told.facts]);

const supersede = async (deps: NotifyDeps, message: Message, { superseded }: Progress): Promise<void> => {
  const reason = `superseded: none of its ${message.members.length} notices is owed any more`;
  await deps.inventory.removeOutgoing(message.id);
  deps.log.info('notify.superseded', { message: message.id, receiver: message.receiver, reason });
  superseded.push({ message, reason });
};

const sendOwed = async (deps: NotifyDeps, ask: NotifyAsk, progress: Progress) => {
  const { settings, now, slot } = ask;
  const findings = await readFindings(deps, ask);
  const { owed: all, silent } = noticesOwed(findings, now);
  // What waits in a message of an earlier run is not told a second time beside it.
  const waiting = new Set(
    progress.failed.flatMap(({ message }) => message.members.map(({ finding, receiver }) => noticeKey(finding, receiver))),
  );
  const owed = all.filter(({ notice }) => !waiting.has(noticeKey(notice.finding, notice.receiver)));
  const isObserve = Object.keys(settings.receivers).length === 0;
  const reached = isObserve || owed.length === 0 ? undefined : await deps.publisher.reached();
  const lastSummary = await deps.inventory.lastSummary('security');
  const { messages, summarySettled, folded } = planMessages({ ...ask, findings, owed, lastSummary, reached });
  for (const message of messages) {
    const prepared: OutgoingMessage = { message, state: 'PREPARED', preparedAt: now };
    await deps.inventory.putOutgoing(prepared);
    await send(deps, prepared, progress);
  }
  if (summarySettled) await deps.inventory.putLastSummary('security', slot);
  return { silent, folded };
};

/** A message that is not accepted stays PREPARED for the next run; the others go on. */
const send = async (deps: NotifyDeps, outgoing: OutgoingMessage, { sent, failed }: Progress): Promise<void> => {
  const { message } = outgoing;
  const { id, receiver, members } = message;
  const accepted = await deps.publisher.publish(message).then(
    receipt => ({ receipt }),
    (cause: unknown) => ({ reason: String(cause) }),
  );
  if ('reason' in accepted) {
    deps.log.warn('notify.failed', { message: id, receiver, reason: accepted.reason });
    failed.push({ message, reason: accepted.reason });
    return;
  }
  deps.log.info('notify.sent', { message: id, receiver, receipt: accepted.receipt, notices: members.length });
  sent.push(message);
  await deps.inventory.putOutgoing({ ...outgoing, state: 'PUBLISHED' });
  await markTold(deps, message);
};

const markTold = async (deps: NotifyDeps, { id, members }: Message): Promise<void> => {
  for (let index = 0; index < members.length; index += WRITES) {
    const chunk = members.slice(index, index + WRITES);
    await Promise.all(chunk.map(({ finding, receiver, told }) => deps.findings.writeTold(finding, receiver, told)));
  }
  await deps.inventory.removeOutgoing(id);
};

const readFindings = async (deps: NotifyDeps, { scopes }: NotifyAsk): Promise<readonly StoredFinding[]> => {
  const findings: StoredFinding[] = [];
  for (const scope of new Set([...scopes, REGISTRY_SCOPE])) findings.push(...(await deps.findings.inScope(scope)));
  return findings;
};
