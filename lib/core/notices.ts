import { decideNotice, receiversOf } from './decide-notice.ts';
import { withStates } from './effective-state.ts';
import type { FindingKey, StoredFinding } from './finding.ts';
import type { Notice, Receiver, SilenceReason } from './notice.ts';
import { SEVERITIES } from './rule-catalog.ts';
import type { Instant } from './time.ts';

/** A notice that is owed, with the finding that it is about. */
export interface OwedNotice {
  readonly notice: Notice;
  readonly finding: StoredFinding;
}

/** What is owed, most urgent first and what has ended last, and how often which reason kept us silent. */
export interface OwedNotices {
  readonly owed: readonly OwedNotice[];
  readonly silent: Readonly<Partial<Record<SilenceReason, number>>>;
}

/** One text for a finding and a receiver, to look for a notice among others. */
export const noticeKey = (finding: FindingKey, receiver: Receiver): string =>
  JSON.stringify([finding.scope, finding.rule, finding.subject, receiver]);

/** Every notice owed at `now`. The order of `findings` does not matter; all findings of a subject must be among them. */
export const noticesOwed = (findings: readonly StoredFinding[], now: Instant): OwedNotices => {
  const owed: OwedNotice[] = [];
  const silent: Partial<Record<SilenceReason, number>> = {};
  for (const { finding, effective } of withStates(findings, now)) {
    const { record, response } = finding;
    for (const receiver of receiversOf(record)) {
      const decision = decideNotice({ record, response, effective, told: record.told[receiver], receiver, now });
      if (decision.owe) owed.push({ notice: decision.notice, finding });
      else silent[decision.reason] = (silent[decision.reason] ?? 0) + 1;
    }
  }
  return { owed: owed.toSorted(byUrgency), silent };
};

const byUrgency = (a: OwedNotice, b: OwedNotice): number => rank(b) - rank(a) || compare(sortText(a), sortText(b));

const rank = ({ notice }: OwedNotice): number => (notice.reason === 'RESOLVED' ? -1 : SEVERITIES.indexOf(notice.severity));

/** Receivers keep the order in which the finding names them: the sort is stable. */
const sortText = ({ finding: { record } }: OwedNotice): string =>
  JSON.stringify([record.rule, record.about.name, record.id, record.subject]);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
