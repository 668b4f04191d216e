import * as z from 'zod';
import { mutable, remediesOf } from '../core/finding-view.ts';
import { ruleEntry, SEVERITIES } from '../core/rule-catalog.ts';
import { parseScopeId } from '../core/scope.ts';
import type { Sighting } from '../core/sighting.ts';
import type { ScanFinding, ScannedScope, ScanResult } from '../usecases/scan.ts';

const text = z.string();
const maybe = text.nullable();

/** `rollcall scan --format json`. Pipelines read it: within `rollcall.scan/1` keys are only ever added. */
export const scanOutputSchema = z.strictObject({
  schema: z.literal('rollcall.scan/1'),
  runId: text,
  at: text,
  /** Every scope that is not excluded was read completely. */
  complete: z.boolean(),
  scopes: z.array(
    z.strictObject({
      scope: text,
      provider: text,
      account: text,
      region: text,
      status: z.enum(['COMPLETE', 'NOT_CHECKED', 'EXCLUDED']),
      /** Why it was not read whole, or is not to be read. */
      reason: maybe,
      kinds: z.array(
        z.strictObject({
          kind: text,
          status: z.enum(['COMPLETE', 'NOT_CHECKED', 'EXCLUDED']),
          reason: maybe,
          count: z.int(),
        }),
      ),
      calls: z.int(),
      /** Those calls by action, retries apart, and what was not sent by why; absent where nothing was asked. */
      callsByAction: z.record(text, z.strictObject({ requests: z.int(), retries: z.int(), spared: z.record(text, z.int()) })).optional(),
    }),
  ),
  sightings: z.array(
    z.strictObject({
      key: text,
      arn: text,
      kind: text,
      scope: text,
      status: text,
      detail: z.enum(['KNOWN', 'UNKNOWN']),
      compositionDigest: maybe,
      parts: z.array(
        z.strictObject({
          slot: text,
          kind: text,
          identity: text,
          pinned: z.boolean(),
        }),
      ),
      variants: z.array(
        z.strictObject({
          name: text,
          role: text,
          compositionDigest: text,
        }),
      ),
      model: maybe,
      version: maybe,
      matchedBy: text,
      createdAt: maybe,
      lastModified: maybe,
      tags: z.record(text, text).nullable(),
    }),
  ),
  findings: z.array(
    z.strictObject({
      id: text,
      rule: text,
      severity: z.enum(SEVERITIES),
      subject: text,
      subjectArn: maybe,
      scope: text,
      model: maybe,
      owners: z.array(text),
      title: text,
      reason: text,
      evidence: z.record(text, z.union([text, z.array(text)])),
      remedy: z.array(text),
      controls: z.array(text),
    }),
  ),
  counts: z.strictObject({ sightings: z.int(), registered: z.int(), findings: z.record(text, z.int()) }),
});
export type ScanOutput = z.infer<typeof scanOutputSchema>;

export const scanOutput = (result: ScanResult): ScanOutput => ({
  schema: 'rollcall.scan/1',
  runId: `scan-${result.at}`,
  at: result.at,
  complete: result.complete,
  scopes: result.scopes.map(scopeOutput),
  sightings: result.sightings.map(judged => ({
    ...sightingOutput(judged.sighting),
    model: judged.model,
    version: judged.version,
    matchedBy: judged.matchedBy,
  })),
  findings: result.findings.map(findingOutput),
  counts: {
    sightings: result.sightings.length,
    registered: result.sightings.filter(({ model }) => model !== null).length,
    findings: Object.fromEntries(
      SEVERITIES.map(severity => [severity, result.findings.filter(({ violation }) => violation.severity === severity).length]),
    ),
  },
});

const scopeOutput = ({ scope, status, reason, kinds, calls, callsByAction }: ScannedScope): ScanOutput['scopes'][number] => ({
  scope,
  ...(parseScopeId(scope) ?? {
    provider: 'unknown',
    account: 'unknown',
    region: 'unknown',
  }),
  status,
  reason,
  kinds: kinds.map(kind => ({ ...kind })),
  calls,
  ...(callsByAction && { callsByAction }),
});

const sightingOutput = ({ arn, kind, scope, status, detail, createdAt, lastModified, tags }: Sighting) => ({
  key: `dep:${arn}`,
  arn,
  kind,
  scope,
  status,
  detail: detail.state,
  createdAt,
  lastModified,
  tags: tags && { ...tags },
  compositionDigest: detail.state === 'KNOWN' ? detail.composition.digest : null,
  parts: detail.state === 'KNOWN' ? detail.composition.parts.map(part => ({ ...part })) : [],
  variants:
    detail.state === 'KNOWN'
      ? detail.units.map(({ name, role, composition }) => ({
          name,
          role,
          compositionDigest: composition.digest,
        }))
      : [],
});

const findingOutput = ({ id, scope, violation }: ScanFinding): ScanOutput['findings'][number] => {
  const { rule, severity, subject, reason, evidence, about, facts } = violation;
  const { title, controls } = ruleEntry(rule);
  return {
    id,
    rule,
    severity,
    subject,
    subjectArn: about.arn,
    scope,
    model: about.model,
    owners: [...about.receivers],
    title,
    reason,
    evidence: mutable(evidence),
    remedy: remediesOf({ rule, id, subject, facts }),
    controls: [...controls],
  };
};
