import * as z from 'zod';
import { whyNobody } from './act.ts';
import { isFolded } from './answer.ts';
import { exclusionFor } from './exclusion.ts';
import type { EffectiveState, FindingRecord, HistoryEntry, StoredFinding } from './finding.ts';
import { ruleEntry, SEVERITIES } from './rule-catalog.ts';
import type { Settings } from './settings.ts';

const text = z.string();
const maybe = text.nullable();

/** A finding as people and pipelines read it; sent as `rollcall.findings/1`, so that keys are only ever added. */
export const findingViewSchema = z.object({
  id: text,
  rule: text,
  severity: z.enum(SEVERITIES),
  state: z.enum(['OPEN', 'ACKNOWLEDGED', 'EXCEPTED', 'RESOLVED']),
  /** Why it is shown in this state: `ANSWERED`, `ANSWER_ENDED`, … */
  stateCode: text,
  hiddenBy: maybe,
  folded: z.boolean(),
  generation: z.int(),
  title: text,
  reason: text,
  name: text,
  subject: text,
  subjectArn: maybe,
  scope: text,
  model: maybe,
  environment: text,
  owners: z.array(text),
  openedAt: text,
  changedAt: text,
  answer: z.object({ kind: text, reason: text, by: text, at: text, until: text }).nullable(),
});
export type FindingView = z.infer<typeof findingViewSchema>;

const entrySchema = z.object({ chain: text, seq: z.int(), hash: text, at: text, by: text, event: text, detail: z.record(text, text) });

/** One finding with what it rests on and what became of it; sent as `rollcall.finding/1`. */
export const findingDetailSchema = findingViewSchema.extend({
  code: text,
  facts: z.record(text, text),
  evidence: z.record(text, z.union([text, z.array(text)])),
  remedy: z.array(text),
  why: text,
  controls: z.array(text),
  toldWhom: z.array(text),
  ownersBecause: text,
  /** Who made the deployment and who changed it last, or why that is not known; null: it is about no deployment. */
  createdBy: maybe.default(null),
  changedBy: maybe.default(null),
  /** Whom the configuration names for the account, for those who were told by mistake. */
  contact: maybe,
  history: z.array(entrySchema),
});
export type FindingDetail = z.infer<typeof findingDetailSchema>;

export const findingsAnswerSchema = z.object({
  schema: z.literal('rollcall.findings/1'),
  /** How many there are; more than are listed where the answer would not fit. */
  total: z.int(),
  findings: z.array(findingViewSchema),
  /** Scopes whose stored findings cannot be read, and why: what is open there is not listed. */
  unread: z.array(z.object({ scope: text, reason: text })).default([]),
});
export type FindingsAnswer = z.infer<typeof findingsAnswerSchema>;

export const releasedSchema = z.object({
  schema: z.literal('rollcall.release/1'),
  released: z.array(text),
  skipped: z.array(z.object({ id: text, code: text, reason: text })),
});
export type Released = z.infer<typeof releasedSchema>;

export const findingView = (finding: StoredFinding, shown: EffectiveState): FindingView => {
  const { record, response } = finding;
  const { id, rule, severity, generation, reason, subject, scope, openedAt, changedAt, about } = record;
  const answer = response?.answer ?? null;
  return {
    id,
    rule,
    severity,
    state: shown.state,
    stateCode: shown.code,
    hiddenBy: shown.hiddenBy,
    folded: isFolded(finding),
    generation,
    title: ruleEntry(rule).title,
    reason,
    name: about.name,
    subject,
    subjectArn: about.arn,
    scope,
    model: about.model,
    environment: about.environment,
    owners: [...about.receivers],
    openedAt,
    changedAt,
    answer: answer && {
      kind: answer.kind,
      reason: answer.reason,
      by: answer.by,
      at: answer.at,
      until: answer.until,
    },
  };
};

interface DetailFacts {
  readonly shown: EffectiveState;
  readonly history: readonly HistoryEntry[];
  readonly settings: Settings;
}

export const findingDetail = (finding: StoredFinding, { shown, history, settings }: DetailFacts): FindingDetail => {
  const { record } = finding;
  const { why, controls } = ruleEntry(record.rule);
  return {
    ...findingView(finding, shown),
    code: record.code,
    facts: { ...record.facts },
    evidence: mutable(record.evidence),
    remedy: remediesOf(record),
    why,
    controls: [...controls],
    ownersBecause: record.about.receiversBecause,
    createdBy: byWhom(record, 'createdBy', settings),
    changedBy: byWhom(record, 'changedBy', settings),
    contact: settings.accounts[record.about.account ?? '']?.contact ?? null,
    toldWhom: Object.entries(record.told).flatMap(([receiver, told]) =>
      told.generation === record.generation && !told.folded ? [receiver] : [],
    ),
    history: history.map(({ chain, seq, hash, at, by, event, detail }) => ({
      chain,
      seq,
      hash,
      at,
      by,
      event,
      detail: { ...detail },
    })),
  };
};

const byWhom = ({ rule, evidence }: FindingRecord, key: 'createdBy' | 'changedBy', settings: Settings): string | null => {
  if (ruleEntry(rule).subject !== 'dep') return null;
  return evidence[key] === undefined ? whyNobody(evidence, key, settings) : [evidence[key]].flat().join(', ');
};

/** What can be done about a finding, with its own versions and names. What does not apply to its subject is left out. */
export const remediesOf = ({ rule, id, subject, facts }: Pick<FindingRecord, 'rule' | 'id' | 'subject' | 'facts'>): string[] => {
  const exclusion = exclusionFor({ subject, facts });
  const actions: readonly string[] = ruleEntry(rule).remedy;
  return actions
    .filter(action => exclusion !== undefined || !action.includes('{exclusion}'))
    .map(action => withFacts(action, { id, facts: { ...facts, ...(exclusion === undefined ? {} : { exclusion }) } }));
};

/** Fills `{id}`, `{version}` … of a remedy; a fact that is not known says so. */
export const withFacts = (action: string, { id, facts }: Pick<FindingRecord, 'id' | 'facts'>): string =>
  action.replace(/\{(\w+)\}/g, (_all, name: string) => (name === 'id' ? id : facts[name]) ?? 'unknown');

/** Evidence as zod types it. */
export const mutable = (evidence: Readonly<Record<string, string | readonly string[]>>): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(evidence).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]));
