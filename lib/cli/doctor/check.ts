import * as z from 'zod';
import type { RunRecord } from '../../core/inventory.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { CloudScope } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';
import type { Probed } from '../../ports.ts';

/** What was asked for, or in words for people why there is no answer. */
export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: { readonly reason: string } };

/** Everything that the checks ask. What AWS answers never throws; what several checks ask is asked once. */
export interface DoctorPorts {
  readonly now: () => Instant;
  /** The region that clients of AWS take where none is named; undefined: none is set. */
  readonly home: () => Promise<string | undefined>;
  /** `ahead`: milliseconds by which this clock is ahead of AWS's; null: nothing answered. */
  readonly whoAmI: () => Promise<{
    readonly who: Asked<{ readonly arn: string; readonly account: string }>;
    readonly ahead: number | null;
  }>;
  readonly enabledRegions: () => Promise<Asked<readonly string[]>>;
  /** The scopes that a scan would read. Only asked once it is known who asks. */
  readonly scopes: () => Promise<readonly CloudScope[]>;
  /** undefined: of this provider there is nothing to ask. */
  readonly probe: (scope: CloudScope) => Promise<readonly Probed[]>;
  readonly stack: StackPorts | undefined;
}

/** The same for a deployed Rollcall. */
export interface StackPorts {
  readonly name: string;
  readonly outputs: () => Promise<Asked<Readonly<Record<string, string>>>>;
  /** Minutes between two roll calls, as far as `rollcall.yaml` here says. */
  readonly everyMinutes: number;
  /** Throws where nothing of Rollcall answers at the address. */
  readonly findings: (url: string) => Promise<Outcome<{ readonly total: number }>>;
  /** One entry for each subscription of a topic: whether it is confirmed. */
  readonly subscriptions: (topicArn: string) => Promise<Asked<readonly boolean[]>>;
  /** The run of the slot that was closed last; undefined: none ever was. */
  readonly lastRun: (inventoryTable: string) => Promise<Asked<RunRecord | undefined>>;
}

/** CANNOT_TELL: nothing is wrong that could be seen, and nothing was seen to be right. */
export const answerSchema = z.strictObject({
  state: z.enum(['OK', 'MEND', 'CANNOT_TELL']),
  what: z.string(),
  /** What to do about it, a line each. */
  mend: z.array(z.string()),
});
export type CheckAnswer = z.infer<typeof answerSchema>;

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly run: (ports: DoctorPorts) => Promise<CheckAnswer>;
}

export const fine = (what: string): CheckAnswer => ({ state: 'OK', what, mend: [] });
export const toMend = (what: string, ...mend: string[]): CheckAnswer => ({ state: 'MEND', what, mend });
export const cannotTell = (what: string): CheckAnswer => ({ state: 'CANNOT_TELL', what, mend: [] });
