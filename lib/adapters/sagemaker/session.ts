import type {
  $Command,
  SageMakerClient,
  SageMakerClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-sagemaker';
import type { LimitFunction } from 'p-limit';
import * as z from 'zod';
import type { CloudScope } from '../../core/scope.ts';
import { elapsed, type Instant } from '../../core/time.ts';
import type { Clock } from '../../ports.ts';
import { type Answer, classifyError, type Failure, failed, failureOf } from './classify-error.ts';

type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = InstanceType<
  typeof $Command<I, O, SageMakerClientResolvedConfig>
>;

/** What is asked of any service: `action` names it in a failure, `schema` says what must be in the answer. */
interface Attempt<T> {
  readonly action: string;
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
  readonly schema: z.ZodType<T>;
}

/** One request to SageMaker. */
interface Request<I extends ServiceInputTypes, O extends ServiceOutputTypes, T> extends Omit<Attempt<T>, 'send'> {
  readonly command: Command<I, O>;
}

/** The requests of one listing of one scope: one limiter, one deadline, one count. */
export interface Session {
  readonly scope: CloudScope;
  readonly now: () => Instant;
  /** Never throws for what the provider does. */
  readonly ask: <I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(request: Request<I, O, T>) => Promise<Answer<T>>;
  /** The same for another service. */
  readonly attempt: <T>(attempt: Attempt<T>) => Promise<Answer<T>>;
  /** Requests sent so far, retries included. */
  readonly calls: () => number;
  /** Whether a request was given up because of the deadline: what was read after that is no listing. */
  readonly ranOut: () => boolean;
}

export interface SessionDeps {
  readonly scope: CloudScope;
  readonly client: SageMakerClient;
  readonly limit: LimitFunction;
  readonly clock: Clock;
  readonly deadline: Instant;
}

/** The longest delay that a timer takes; a later deadline is watched by the clock alone. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const createSession = ({ scope, client, limit, clock, deadline }: SessionDeps): Session => {
  const left = () => elapsed(clock.now(), deadline);
  const abortSignal = AbortSignal.timeout(Math.min(Math.max(left(), 0), MAX_TIMER_MS));
  const state = { calls: 0, ranOut: false };
  const outOfTime = (action: string) => {
    state.ranOut = true;
    return failed(failureOf('DEADLINE', action));
  };
  const sendOnce: Session['attempt'] = async ({ action, send, schema }) => {
    if (left() <= 0) return outOfTime(action);
    try {
      const output = await send({ abortSignal });
      state.calls += attemptsOf(output);
      const parsed = schema.safeParse(output);
      return parsed.success ? { ok: true, value: parsed.data } : failed(failureOf('MALFORMED', action, whereBroken(parsed.error)));
    } catch (error) {
      // Whatever the SDK throws, be it the service's error or the network's, is a value from here on.
      state.calls += attemptsOf(error);
      return abortSignal.aborted ? outOfTime(action) : failed(classifyError(error, action));
    }
  };
  const attempt: Session['attempt'] = request => limit(() => sendOnce(request));
  const ask: Session['ask'] = ({ command, ...request }) => attempt({ ...request, send: options => client.send(command, options) });
  return { scope, now: clock.now, ask, attempt, calls: () => state.calls, ranOut: () => state.ranOut };
};

/** The SDK's retry loop says on answers and on errors alike how often it sent. */
const attempted = z.object({ $metadata: z.object({ attempts: z.number().int().min(1) }) });
const attemptsOf = (outcome: unknown): number => attempted.safeParse(outcome).data?.$metadata.attempts ?? 1;

/** Path and kind of the first issue: never the value, which may be an environment variable. */
export const whereBroken = ({ issues: [issue] }: z.ZodError): string =>
  issue ? `${issue.path.join('.').replaceAll(/[^\w.]/g, '?') || 'answer'}: ${issue.message}`.slice(0, 160) : 'answer';

/** 100 items a page: more than any estate known to us; a list that is longer never ends. */
const MAX_PAGES = 1_000;
/** The API's own bound on a token; without it a hostile one could fill the memory. */
const nextToken = z.string().max(8192).optional();

interface Pages<I extends ServiceInputTypes, O extends ServiceOutputTypes> {
  readonly action: string;
  /** The field that holds the items; a page without it is unreadable, not empty. */
  readonly list: string;
  readonly command: (token: string | undefined) => Command<I, O>;
  /** Takes each page as it comes, so that no page outlives its turn. STOP: the rest is not needed. */
  readonly take: (items: readonly unknown[]) => 'STOP' | undefined;
}

/**
 * Reads page after page until there is no token. Returns why it could not, or null when everything was read (or the taker had enough).
 * An empty page with a token goes on; a token seen before, or page 1,001, fails.
 */
export const readPages = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  session: Session,
  { action, list, command, take }: Pages<I, O>,
): Promise<Failure | null> => {
  const schema = z.looseObject({ [list]: z.array(z.unknown()), NextToken: nextToken });
  const seen = new Set<unknown>();
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await session.ask({ action, command: command(token), schema });
    if (!answer.ok) return answer.failure;
    if (take(z.array(z.unknown()).parse(answer.value[list])) === 'STOP' || !answer.value.NextToken) return null;
    token = nextToken.parse(answer.value.NextToken);
    if (seen.has(token)) return failureOf('MALFORMED', action, 'the same page token twice');
    seen.add(token);
  }
  return failureOf('MALFORMED', action, `more than ${MAX_PAGES} pages`);
};
