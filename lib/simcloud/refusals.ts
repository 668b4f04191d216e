import { AwsError } from './call.ts';

/** What every service can refuse a request for. */
type Refusal = 'denied' | 'throttled' | 'broken' | 'invalid';
type Words = Readonly<Record<Refusal, readonly [code: string, status: number]>>;

const JSON_WORDS: Words = {
  denied: ['AccessDeniedException', 400],
  throttled: ['ThrottlingException', 400],
  broken: ['InternalFailure', 500],
  invalid: ['ValidationException', 400],
};
const REST_WORDS: Words = {
  ...JSON_WORDS,
  denied: ['AccessDeniedException', 403],
  throttled: ['ThrottlingException', 429],
  broken: ['InternalServerException', 500],
};
/** By the name that requests are signed for, where a service words it otherwise than AWS JSON does: as the models of the services have it. */
const WORDS: Readonly<Record<string, Words>> = {
  bedrock: REST_WORDS,
  'bedrock-agentcore': REST_WORDS,
  account: { ...REST_WORDS, throttled: ['TooManyRequestsException', 429] },
  // Organizations models no status, which is 400 for everything.
  organizations: {
    ...JSON_WORDS,
    throttled: ['TooManyRequestsException', 400],
    broken: ['ServiceException', 400],
    invalid: ['InvalidInputException', 400],
  },
  cloudtrail: { ...JSON_WORDS, invalid: ['InvalidNextTokenException', 400] },
  monitoring: { ...JSON_WORDS, broken: ['InternalServiceFault', 500], invalid: ['InvalidParameterValueException', 400] },
  sts: { ...JSON_WORDS, throttled: ['Throttling', 400] },
  s3: {
    denied: ['AccessDenied', 403],
    throttled: ['SlowDown', 503],
    broken: ['InternalError', 500],
    invalid: ['InvalidArgument', 400],
  },
};

/** What an operation words otherwise than its service does. */
const OF_OPERATION: Readonly<Record<string, Partial<Words>>> = { GetMetricData: { invalid: ['InvalidNextToken', 400] } };

/** A refusal in the operation's or the service's own words. */
export const refusal = (
  { service, operation }: Readonly<{ service: string; operation: string }>,
  what: Refusal,
  message: string,
): AwsError => {
  const [code, status] = OF_OPERATION[operation]?.[what] ?? (WORDS[service] ?? JSON_WORDS)[what];
  return new AwsError(code, message, status);
};

/** CloudWatch was an AWS Query service first, and still says in a header what its errors were called there. */
export const QUERY_CODES: Readonly<Record<string, string>> = {
  InternalServiceFault: 'InternalServiceError;Receiver',
  InvalidParameterValueException: 'InvalidParameterValue;Sender',
};
