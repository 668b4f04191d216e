import type { LimitFunction } from 'p-limit';
import * as z from 'zod';
import type { CloudScope } from '../../core/scope.ts';
import { elapsed, type Instant } from '../../core/time.ts';
import type { Clock } from '../../ports.ts';
import { type CallCount, createCallCount } from './call-count.ts';
import { type Answer, classifyError, failed, failureOf } from './classify-error.ts';

/** What the SDK's `send` takes beside a command. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** One request: `action` is its name in IAM (`sagemaker:ListEndpoints`), `schema` what must be in the answer. */
interface Request<T> {
  readonly action: string;
  readonly send: (options: SendOptions) => Promise<unknown>;
  readonly schema: z.ZodType<T>;
}

/** Requests that belong together: one limiter, one deadline, one count. */
export interface Requests {
  readonly now: () => Instant;
  /** Never throws for what the provider does. */
  readonly ask: <T>(request: Request<T>) => Promise<Answer<T>>;
  /** Requests sent so far, retries included; `callsByAction` has them one by one, with what was spared. */
  readonly calls: () => number;
  readonly callsByAction: CallCount['byAction'];
  /** Says that a request was not needed, and why in a few words. */
  readonly spare: CallCount['spared'];
  /** Whether a request was given up because of the deadline: what was read after that is no listing. */
  readonly ranOut: () => boolean;
}

/** The requests of one listing of one scope. */
export interface Session extends Requests {
  readonly scope: CloudScope;
}

export interface RequestDeps {
  readonly limit: LimitFunction;
  readonly clock: Clock;
  readonly deadline: Instant;
  /** Shared by the sessions of one listing; absent: one of its own. */
  readonly count?: CallCount;
}

/** The longest delay that a timer takes; a later deadline is watched by the clock alone. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const createSession = ({ scope, ...deps }: RequestDeps & Pick<Session, 'scope'>): Session => ({ scope, ...createRequests(deps) });

export const createRequests = ({ limit, clock, deadline, count = createCallCount() }: RequestDeps): Requests => {
  const left = () => elapsed(clock.now(), deadline);
  const abortSignal = AbortSignal.timeout(Math.min(Math.max(left(), 0), MAX_TIMER_MS));
  const state = { ranOut: false };
  const outOfTime = (action: string) => {
    state.ranOut = true;
    return failed(failureOf('DEADLINE', action));
  };
  const ask: Requests['ask'] = async ({ action, send, schema }) => {
    if (left() <= 0 || abortSignal.aborted) return outOfTime(action);
    try {
      const output = await within(abortSignal, send({ abortSignal }));
      count.sent(action, attemptsOf(output));
      const parsed = schema.safeParse(output);
      return parsed.success ? { ok: true, value: parsed.data } : failed(failureOf('MALFORMED', action, whereBroken(parsed.error)));
    } catch (error) {
      // Whatever the SDK throws, be it the service's error or the network's, is a value from here on.
      count.sent(action, attemptsOf(error));
      return abortSignal.aborted ? outOfTime(action) : failed(classifyError(error, action));
    }
  };
  return {
    now: clock.now,
    ask: request => limit(() => ask(request)),
    calls: count.total,
    callsByAction: count.byAction,
    spare: count.spared,
    ranOut: () => state.ranOut,
  };
};

/** The work, or the abort: credentials are asked for in it, and the SDK gives those no signal. What comes after the abort is nobody's. */
const within = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
};

/** The SDK's retry loop says on answers and on errors alike how often it sent. */
const attempted = z.object({ $metadata: z.object({ attempts: z.number().int().min(1) }) });
const attemptsOf = (outcome: unknown): number => attempted.safeParse(outcome).data?.$metadata.attempts ?? 1;

/** Path and kind of the first issue: never the value, which may be an environment variable. */
export const whereBroken = ({ issues: [issue] }: z.ZodError): string =>
  issue ? `${issue.path.join('.').replaceAll(/[^\w.]/g, '?') || 'answer'}: ${issue.message}`.slice(0, 160) : 'answer';
