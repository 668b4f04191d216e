import * as z from 'zod';
import type { FailureClass } from '../../core/sighting.ts';

/** Why a request gave no answer. VANISHED is said of one item that was asked for by name, never of a list. */
export interface Failure {
  readonly failure: FailureClass | 'VANISHED';
  /** For people, and the same on every repeat: it names the action, never a request id. */
  readonly reason: string;
}

/** Why a list gave no answer: "not found" for a list means nothing that we know. */
export const ofList = ({ failure, reason }: Failure): { readonly failure: FailureClass; readonly reason: string } => ({
  failure: failure === 'VANISHED' ? 'UNKNOWN' : failure,
  reason,
});

/** A value that was read, or why it was not. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const ifRead = <T, R>(answer: Answer<T>, use: (value: T) => R): Answer<R> =>
  answer.ok ? { ok: true, value: use(answer.value) } : answer;

export const failed = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure });

/** All values, or why the first that is missing is. */
export const everyRead = <T>(answers: readonly Answer<T>[]): Answer<readonly T[]> => {
  const values: T[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return { ok: true, value: values };
};

/** Thrown where a request could not even be signed. What failed is said of the role, not of the call that needed it. */
export class NoCredentialsError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

interface ErrorFacts {
  readonly codes: readonly string[];
  readonly message: string;
  readonly status: number;
}

const text = z.string().catch('');
/** Anything can be thrown: what is not in its place is absent. */
const errorSchema = z
  .object({
    name: text,
    code: text,
    message: text,
    $metadata: z.object({ httpStatusCode: z.number().int().min(100).max(599).catch(0) }).catch({ httpStatusCode: 0 }),
  })
  .transform(({ name, code, message, $metadata }): ErrorFacts => ({ codes: [name, code], message, status: $metadata.httpStatusCode }))
  .catch({ codes: [], message: '', status: 0 });

/** SageMaker has no typed not-found: this exception with this text is the whole of it. */
const NOT_FOUND = /^Could not find (endpoint|endpoint configuration|model|inference component|model package)\b/i;

const isVanished = ({ codes, message, status }: ErrorFacts): boolean => {
  if (status >= 500) return false;
  return codes.some(code => /^ResourceNotFound(Exception)?$/.test(code)) || (codes[0] === 'ValidationException' && NOT_FOUND.test(message));
};

/** First match decides, so a refusal that comes with status 500 is still a refusal. */
const CODES: ReadonlyArray<readonly [FailureClass, RegExp]> = [
  ['DENIED', /^(AccessDenied.*|UnauthorizedOperation|NotAuthorized.*|AuthFailure|ExpiredToken.*|KMS.*Denied.*)$/i],
  [
    'IDENTITY',
    /^(InvalidClientTokenId|UnrecognizedClient.*|InvalidToken.*|OptInRequired|RegionDisabled.*|SubscriptionRequired.*|CredentialsProviderError)$/,
  ],
  ['IDENTITY', /^(MissingAuthenticationToken.*|InvalidSignature.*|SignatureDoesNotMatch|IncompleteSignature.*)$/],
  ['UNSUPPORTED', /^(UnknownOperation.*|ENOTFOUND)$/],
  [
    'TRANSIENT',
    /^(Throttl.*|TooManyRequests.*|RequestLimitExceeded|Internal(Server|Service|Failure|Error).*|ServiceUnavailable.*|ServiceException|SlowDown)$/,
  ],
  ['TRANSIENT', /^(TimeoutError|RequestTimeout.*|AbortError|SyntaxError|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/],
];

const classOf = ({ codes, message, status }: ErrorFacts): FailureClass => {
  const known = CODES.find(([, pattern]) => codes.some(code => pattern.test(code)))?.[0];
  if (known) return known;
  if (status >= 500 || status === 429) return 'TRANSIENT';
  if (!codes.some(code => /^(Validation|Serialization|Invalid|Missing|Malformed)/.test(code))) return 'UNKNOWN';
  // Regions without the feature answer a ValidationException with this text.
  return /unknown operation|not supported in (this|the) region/i.test(message) ? 'UNSUPPORTED' : 'BAD_REQUEST';
};

const WORDS: Readonly<Record<FailureClass | 'VANISHED', string>> = {
  DENIED: 'access denied',
  IDENTITY: 'credentials not accepted in this account or region',
  UNSUPPORTED: 'not offered in this region',
  TRANSIENT: 'failed after retries',
  BAD_REQUEST: 'request refused as invalid',
  MALFORMED: 'unreadable answer',
  DEADLINE: 'out of time',
  UNKNOWN: 'failed',
  VANISHED: 'not found',
};

/** A failure in words for people: `access denied: sagemaker:ListEndpoints`. `action` is its name in IAM; `note` is short and ours, or a cleaned code. */
export const failureOf = (failure: FailureClass | 'VANISHED', action: string, note = ''): Failure => ({
  failure,
  reason: `${WORDS[failure]}: ${action}${note && ` (${note})`}`,
});

/**
 * Says what an error of any kind means. Total: what it does not know is UNKNOWN, which never means empty and never means gone.
 * The provider's message stays out of the reason: it carries request ids, and text that others chose. `about`: what else to name, in our words.
 */
export const classifyError = (error: unknown, action: string, about = ''): Failure => {
  if (error instanceof NoCredentialsError) return error.failure;
  const facts = errorSchema.parse(error);
  const failure = isVanished(facts) ? 'VANISHED' : classOf(facts);
  return failureOf(failure, action, [noteOf(failure, facts), about].filter(note => note !== '').join(', '));
};

const noteOf = (failure: Failure['failure'], facts: ErrorFacts): string => {
  if (failure === 'VANISHED') return '';
  if (failure !== 'DENIED') return codeForPeople(facts);
  return /explicit deny in a service control policy/i.test(facts.message) ? 'organisation policy' : '';
};

const codeForPeople = ({ codes, status }: ErrorFacts): string => {
  const code = codes.find(each => each !== '' && each !== 'Error') ?? '';
  return code.replaceAll(/[^\w.]/g, '').slice(0, 60) || (status > 0 ? `HTTP ${status}` : 'no code');
};
