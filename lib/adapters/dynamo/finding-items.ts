import * as z from 'zod';
import type { FindingRecord, FindingResponse, HistoryEntry, Told } from '../../core/finding.ts';
import { SEVERITIES } from '../../core/rule-catalog.ts';
import { count, each, findingKey, instant, maybe, text, words } from './fields.ts';

const judged = { condition: z.enum(['OPEN', 'CLEARED']), severity: z.enum(SEVERITIES), generation: count };
const head = z.object({ seq: count, hash: text });

/** The part of an `f#` or `r#` item that says how far its chain has come. */
export const headItem = z.object({ head });

export const toldSchema: z.ZodType<Told> = z.object({
  ...judged,
  ...each(text, 'notice', 'reason', 'facts'),
  folded: z.boolean(),
  at: instant,
});

const about = z.object({
  ...each(text, 'name', 'environment'),
  ...each(maybe, 'arn', 'model', 'composition', 'account', 'region'),
  createdAt: instant.optional(),
  receivers: z.array(text),
  receiversBecause: z.enum(['REGISTRATION', 'OWNER_TAG', 'ACCOUNT_CONTACT', 'SECURITY_ALONE']),
});

/** An `f#` item. The epoch is kept as `observedEpoch`, the word that conditions use in every table. */
export const recordItem: z.ZodType<FindingRecord> = z
  .object({
    ...findingKey,
    ...judged,
    ...each(text, 'id', 'code', 'reason'),
    ...each(instant, 'openedAt', 'changedAt'),
    cleared: z.object({ code: z.enum(['FACT', 'ABSENT', 'SCOPE_RETIRED']), reason: text, at: instant }).nullable(),
    facts: words,
    evidence: z.record(text, z.union([text, z.array(text)])),
    about,
    head,
    told: z.record(text, toldSchema),
    observedEpoch: count,
  })
  .transform(({ observedEpoch, ...record }) => ({ ...record, epoch: observedEpoch }));

const answer = z.object({
  ...each(text, 'reason', 'by'),
  ...each(instant, 'at', 'until'),
  kind: z.enum(['ACKNOWLEDGEMENT', 'EXCEPTION']),
  generation: count,
  composition: maybe,
});

/** An `r#` item. */
export const responseItem: z.ZodType<FindingResponse> = z.object({
  ...findingKey,
  id: text,
  answer: answer.nullable(),
  release: z.object({ by: text, at: instant }).nullable(),
  head,
});

/** An `hr#` or `hp#` item. */
export const historyItem: z.ZodType<HistoryEntry> = z.object({
  ...each(text, 'previous', 'hash', 'by', 'event'),
  chain: z.enum(['record', 'response']),
  seq: count,
  at: instant,
  detail: words,
});
