import * as z from 'zod';
import type { Place } from './world.ts';

const KINDS = ['throttle', 'internal', 'error', 'html', 'truncated', 'altered', 'reset', 'slow', 'vanish'] as const;
const PAGE_KINDS = ['repeated-token', 'empty-page', 'endless-pages', 'duplicate-item'] as const;

/** One thing that goes wrong: from the `nth` matching call on, `times` times. */
export const faultSchema = z
  .strictObject({
    kind: z.enum([...KINDS, ...PAGE_KINDS]),
    operation: z.string().default('*'),
    account: z.string().optional(),
    region: z.string().optional(),
    nth: z.number().int().min(1).default(1),
    times: z.union([z.number().int().min(1), z.literal('all')]).default(1),
    /** Of an `error`: what the service calls it, and says of it. */
    code: z.string().default('SomethingNewException'),
    message: z.string().default('Something went wrong that nobody has seen before.'),
    /** Of an `error`, by default 400, and of `html`, by default 200. */
    status: z.number().int().min(400).max(599).optional(),
    /** Of `altered`: what the answer says in these fields instead of the truth; null leaves one out. */
    fields: z.record(z.string(), z.unknown()).default({}),
    /** Of `slow`. */
    milliseconds: z.number().int().min(0).default(1000),
    /** Of `vanish`: what is gone right after the call, of the kind that the operation is about. */
    name: z.string().optional(),
  })
  .refine(({ kind, name }) => kind !== 'vanish' || name !== undefined, { path: ['name'], error: 'vanish needs the name of what vanishes' });
export type Fault = z.infer<typeof faultSchema>;

interface Target extends Place {
  readonly operation: string;
}

export interface FaultSwitch {
  readonly add: (fault: z.input<typeof faultSchema>) => void;
  readonly replace: (faults: readonly Fault[]) => void;
  /** The first fault that hits this call, if any; every fault that matches it counts it. */
  readonly next: (call: Target) => Fault | undefined;
}

/** Deterministic: what is hit depends only on the order of calls. */
export const createFaults = (): FaultSwitch => {
  let rules: { readonly fault: Fault; seen: number }[] = [];
  return {
    add: fault => rules.push({ fault: faultSchema.parse(fault), seen: 0 }),
    replace: faults => {
      rules = faults.map(fault => ({ fault, seen: 0 }));
    },
    next: call => {
      const counted = rules.filter(({ fault }) => matches(fault, call)).map(rule => ({ fault: rule.fault, count: (rule.seen += 1) }));
      return counted.find(({ fault: { nth, times }, count }) => count >= nth && (times === 'all' || count < nth + times))?.fault;
    },
  };
};

const matches = (fault: Fault, { operation, account, region }: Target): boolean =>
  ['*', operation].includes(fault.operation) && [undefined, account].includes(fault.account) && [undefined, region].includes(fault.region);
