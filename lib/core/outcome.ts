import type { FindingView } from './finding-view.ts';

/** Every reason for which a request of a person or a pipeline is not carried out. HTTP statuses and exit codes are tables over it. */
export const REFUSALS = [
  'BAD_REQUEST',
  'BAD_ID',
  'AMBIGUOUS',
  'REASON_EMPTY',
  'REASON_TOO_LONG',
  'UNTIL_PAST',
  'UNTIL_TOO_LATE',
  'NOT_ALLOWED',
  'NOT_FOUND',
  'METHOD',
  'NOT_OPEN',
  'NOT_FOLDED',
  'NOTHING_TO_DRAFT',
  'CONFLICT',
  'PRUNE_TOO_MANY',
  'TOO_LARGE',
  'NOT_JSON',
  'INTERNAL',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly reason: string;
  /** The finding as it is now, where it is not what the request took it for. */
  readonly current?: FindingView | undefined;
  /** The ids that an ambiguous prefix can mean, or one line per error of refused manifests. */
  readonly lines?: readonly string[] | undefined;
}

/** What comes of a request: expected refusals are values, a throw means that it could not be decided. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refused = (code: RefusalCode, reason: string, more: Pick<Refusal, 'current' | 'lines'> = {}): Refusal => ({
  ok: false,
  code,
  reason,
  ...more,
});

/** The same outcome with another value. */
export const mapped = <A, B>(outcome: Outcome<A>, change: (value: A) => B): Outcome<B> =>
  outcome.ok ? done(change(outcome.value)) : outcome;
