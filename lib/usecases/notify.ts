import type { Message, MessageMember, OutgoingMessage, SilenceReason } from '../core/notice.ts';
import { noticeKey, noticesOwed } from '../core/notices.ts';
import { type MessageQuestion, planMessages } from '../core/plan-messages.ts';
import { REGISTRY_SCOPE, type ScopeId } from '../core/scope.ts';
import { MINUTE, plus } from '../core/time.ts';
import { type FindingStore, type InventoryStore, type Log, MissingFindingError, type Publisher, type UnreadableItem } from '../ports.ts';
import { collectDamage, type Damage } from './damage.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

export interface NotifyDeps {
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  readonly publisher: Publisher;
  readonly log: Log;
}

export interface NotifyAsk extends Pick<MessageQuestion, 'now' | 'slot' | 'totals' | 'firstRollCall' | 'between' | 'settings'> {
  readonly holder: string;
  /** Of whose findings is told; `registry` is added. Every scope that has any, but between two roll calls. */
  readonly scopes: readonly ScopeId[];
}

/** A message that did not go out, and why. */
export interface Unsent {
  readonly message: Message;
  readonly reason: string;
}

interface Progress {
  readonly damage: Damage;
  readonly sent: Message[];
  readonly failed: Unsent[];
  /** Messages of an earlier run that nothing stands behind any more. */
  readonly superseded: Unsent[];
}

export interface NotifyOutcome extends Readonly<Omit<Progress, 'damage'>> {
  /** What is stored and cannot be read. Of a scope that holds such a finding nothing is told; the others are told. */
  readonly unreadable: readonly UnreadableItem[];
  /** BUSY: another notifier is at work, nothing was done. FAILED: a message did not get through, or something is unreadable; the message waits for the next run, and this one has to alarm. */
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
  const lists: Omit<Progress, 'damage'> = { sent: [], failed: [], superseded: [] };
  const progress: Progress = { ...lists, damage: collectDamage(deps.log) };
  const lease = await deps.inventory.takeLease('notifier', ask.holder, ask.now, plus(ask.now, LEASE));
  if (!lease.granted) {
    deps.log.warn('notify.busy', { holder: lease.holder, until: lease.until });
    return { outcome: 'BUSY', ...lists, unreadable: [], resent: 0, silent: {}, folded: 0 };
  }
  try {
    await finishOutgoing(deps, ask, progress);
    const resent = progress.sent.length;
    const { silent, folded } = await sendOwed(deps, ask, progress);
    const unreadable = progress.damage.found;
    const outcome = progress.failed.length + unreadable.length > 0 ? 'FAILED' : 'TOLD';
    return { outcome, ...lists, unreadable, resent, silent, folded };
  } finally {
    await deps.inventory.releaseLease('notifier', lease.epoch);
  }
};

/** Sends PREPARED messages again, marks the members of PUBLISHED ones, and drops those whose causes are all gone. */
const finishOutgoing = async (deps: NotifyDeps, ask: NotifyAsk, progress: Progress): Promise<void> => {
  const outgoing = await deps.inventory.outgoing(progress.damage.add);
  if (outgoing.length === 0) return;
  const members = outgoing.flatMap(({ message }) => message.members.map(({ finding }) => finding.scope));
  const { findings, unread } = await readFindings(deps, members, progress);
  const causes = new Set(noticesOwed(findings, ask.now).owed.map(({ notice }) => causeOf(notice)));
  const mayBeOwed = (member: MessageMember): boolean => unread.has(member.finding.scope) || causes.has(causeOf(member));
  for (const item of outgoing) {
    const { message, state } = item;
    const isOver = message.members.length > 0 && !message.members.some(mayBeOwed);
    await onItsOwn(deps, message, progress, () => {
      if (state === 'PUBLISHED') return markTold(deps, message);
      return isOver ? supersede(deps, message, progress) : send(deps, item, progress);
    });
  }
};

/** Whatever keeps one message from being finished, the next one is tried: this one is left for the next run, which finishes it first. */
const onItsOwn = async (deps: NotifyDeps, message: Message, { failed }: Progress, finish: () => Promise<void>): Promise<void> => {
  try {
    await finish();
  } catch (cause) {
    const reason = String(cause);
    deps.log.warn('notify.failed', { message: message.id, receiver: message.receiver, reason });
    failed.push({ message, reason });
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
  const { findings } = await readFindings(deps, ask.scopes, progress);
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
  let stored = 0;
  for (const message of messages) {
    const prepared: OutgoingMessage = { message, state: 'PREPARED', preparedAt: now };
    await onItsOwn(deps, message, progress, async () => {
      await deps.inventory.putOutgoing(prepared);
      stored += 1;
      await send(deps, prepared, progress);
    });
  }
  // What was not even stored is still to be told: the day is not settled without it.
  if (summarySettled && stored === messages.length) await deps.inventory.putLastSummary('security', slot);
  return { silent, folded };
};

/** Throws when the message is not accepted: it stays PREPARED. */
const send = async (deps: NotifyDeps, outgoing: OutgoingMessage, { sent }: Progress): Promise<void> => {
  const { message } = outgoing;
  const { id, receiver, members } = message;
  const receipt = await deps.publisher.publish(message);
  deps.log.info('notify.sent', { message: id, receiver, receipt, notices: members.length });
  sent.push(message);
  await deps.inventory.putOutgoing({ ...outgoing, state: 'PUBLISHED' });
  await markTold(deps, message);
};

const markTold = async (deps: NotifyDeps, { id, members }: Message): Promise<void> => {
  await inBatches(members, WRITES, member => markMember(deps, member));
  await deps.inventory.removeOutgoing(id);
};

/** Of a finding that somebody removed by hand nothing is owed any more. */
const markMember = async ({ findings, log }: NotifyDeps, { finding, receiver, told }: MessageMember): Promise<void> => {
  try {
    await findings.writeTold(finding, receiver, told);
  } catch (error) {
    if (!(error instanceof MissingFindingError)) throw error;
    log.warn('notify.finding-gone', { ...finding, receiver, notice: told.notice });
  }
};

/** Side by side: of 60,000 scopes, one after the other would take longer than the function may. */
const readFindings = async (deps: NotifyDeps, scopes: readonly ScopeId[], { damage }: Progress) => {
  const read = await inBatches([...new Set([...scopes, REGISTRY_SCOPE])], PARTITIONS_AT_ONCE, async scope => ({
    scope,
    findings: await damage.spare(scope, () => deps.findings.inScope(scope)),
  }));
  return {
    findings: read.flatMap(({ findings }) => findings ?? []),
    unread: new Set(read.flatMap(({ scope, findings }) => (findings === undefined ? [scope] : []))),
  };
};
