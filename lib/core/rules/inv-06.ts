import type { Verdict } from '../finding.ts';
import type { InventoryItem, KindStatus, Memo, ScopeStatus } from '../inventory.ts';
import { kindOfArn } from '../kinds.ts';
import type { DeclaredDeployment } from '../registration.ts';
import { type ScopeId, scopeId, scopeOfArn } from '../scope.ts';
import { HOUR, isDue, plus } from '../time.ts';
import { type ModelCase, violatedByModel } from './model-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** One declared deployment of a model, with what is known of the scope that it should be seen in. */
export interface DeclarationCase extends ModelCase {
  readonly declaration: DeclaredDeployment;
  readonly scopes: readonly ScopeId[];
  readonly statuses: ReadonlyMap<ScopeId, ScopeStatus>;
  /** By ARN in lower case: SageMaker names are unique without regard to case. */
  readonly declared: ReadonlyMap<string, InventoryItem | undefined>;
}

type Presence =
  | { readonly state: 'SEEN' }
  | { readonly state: 'UNKNOWN'; readonly code: string; readonly reason: string }
  /** `memo`: since when it is missing, counted from the listing that first missed it. `kind`: the listings that there were. */
  | { readonly state: 'MISSING'; readonly memo: Memo; readonly kind: KindStatus };

export const declarationSubject = ({ registration, declaration }: Pick<DeclarationCase, 'registration' | 'declaration'>): string =>
  `decl:${registration.name}/${declaration.arn}`;

/** Whether a declared deployment is there, and the memo that is to be kept of its absence. */
export const presenceOf = (c: DeclarationCase): Presence => {
  const { declaration, declared, scopes, slot } = c;
  const place = scopeOfArn(declaration.arn);
  if (!place) return unknown('NO_SCOPE', 'its ARN names no scope that we can list');
  const scope = scopeId(place);
  if (!scopes.includes(scope)) return unknown('SCOPE_NOT_WATCHED', `${scope} is not part of this roll call`);
  const kind = kindStatus(c, scope);
  if (!kind || kind.completeSeq === 0) return unknown('SCOPE_NOT_READ', `${scope} was never read completely`);
  const arn = declaration.arn.toLowerCase();
  if (!declared.has(arn)) return unknown('NOT_ASKED', 'what was seen of it was not read');
  const item = declared.get(arn);
  if (item && item.absentSince === null) return { state: 'SEEN' };
  const key = declarationSubject(c);
  const begun = { key, since: slot, seq: item?.absentSince ?? kind.completeSeq };
  return { state: 'MISSING', memo: c.memos.get(key) ?? begun, kind };
};

const unknown = (code: string, reason: string): Presence => ({ state: 'UNKNOWN', code, reason });

const kindStatus = ({ statuses, declaration }: DeclarationCase, scope: ScopeId): KindStatus | undefined => {
  const kind = kindOfArn(declaration.arn);
  return kind && statuses.get(scope)?.kinds[kind];
};

/** INV-06: declared, and missing from enough complete listings, the last of them long enough after the first: time in which nobody looked proves nothing. */
export const judgeGhost = (c: DeclarationCase): Verdict => {
  const { settings, declaration } = c;
  const subject = declarationSubject(c);
  const presence = presenceOf(c);
  if (presence.state === 'SEEN') return clear('INV-06', subject, 'SEEN', 'it is listed');
  if (presence.state === 'UNKNOWN') return cannotTell('INV-06', subject, presence.code, presence.reason);
  const { ghostCompleteListings: listings, ghostHours } = settings.policy;
  const { memo, kind } = presence;
  const lastCompleteAt = kind.lastCompleteAt ?? memo.since;
  if (kind.completeSeq - memo.seq + 1 < listings || !isDue(plus(memo.since, ghostHours * HOUR), lastCompleteAt))
    return cannotTell('INV-06', subject, 'MISSING_NOT_LONG_ENOUGH', `missing since ${memo.since}`);
  return violatedByModel(c, 'INV-06', {
    subject,
    code: 'GHOST',
    arn: declaration.arn,
    reason: `registered, not seen in ${listings} complete runs`,
    facts: { since: memo.since },
    evidence: { since: memo.since },
  });
};
