import type { Subject, Verdict } from '../finding.ts';
import type { ScopeStatus } from '../inventory.ts';
import { receiversFor } from '../receivers.ts';
import { type RuleId, ruleEntry } from '../rule-catalog.ts';
import { accountOfRegions, parseScopeId, type ScopeId } from '../scope.ts';
import type { Settings } from '../settings.ts';
import type { Instant } from '../time.ts';
import { violated } from './verdict.ts';

/** One scope of a roll call, and what is known of how well it was read. */
export interface ScopeCase {
  readonly scope: ScopeId;
  readonly status: ScopeStatus | undefined;
  readonly slot: Instant;
  readonly settings: Settings;
}

export const scopeSubject = ({ scope }: Pick<ScopeCase, 'scope'>): Subject => `scope:${scope}`;

interface Found {
  readonly code: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
}

/** A violation by a scope: lost coverage has one severity, whatever is running there. */
export const violatedByScope = (c: Omit<ScopeCase, 'status'>, rule: RuleId, found: Found): Verdict => {
  const place = parseScopeId(c.scope);
  const account = place?.account ?? accountOfRegions(c.scope) ?? null;
  return violated({
    rule,
    subject: scopeSubject(c),
    severity: ruleEntry(rule).severity.HIGH,
    ...found,
    about: {
      name: account ?? c.scope,
      arn: null,
      model: null,
      composition: null,
      account,
      region: place?.region ?? null,
      environment: c.settings.accounts[account ?? '']?.environment ?? 'unknown',
      ...receiversFor({ registration: null, sighting: null, account, owners: new Map(), settings: c.settings }),
    },
  });
};
