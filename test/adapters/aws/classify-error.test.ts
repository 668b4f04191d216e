import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyError } from '../../../lib/adapters/aws/classify-error.ts';

const error = (name: string, message = '', httpStatusCode = 400) => ({ name, message, $metadata: { httpStatusCode } });
const could = (what: string) => `Could not find ${what} "arn:aws:sagemaker:eu-west-1:111122223333:x/y".`;
const SCP = 'with an explicit deny in a service control policy';

test.each([
  [error('AccessDeniedException', 'User: arn:x is not authorized'), 'DENIED', 'access denied: sagemaker:Act'],
  [error('AccessDeniedException', SCP), 'DENIED', 'access denied: sagemaker:Act (organisation policy)'],
  [error('ExpiredTokenException'), 'DENIED', 'access denied: sagemaker:Act'],
  [error('KMSAccessDeniedException', '', 500), 'DENIED', 'access denied: sagemaker:Act'],
  [error('UnrecognizedClientException'), 'IDENTITY', expect.any(String)],
  [error('OptInRequired', '', 403), 'IDENTITY', 'credentials not accepted in this account or region: sagemaker:Act (OptInRequired)'],
  [{ name: 'CredentialsProviderError' }, 'IDENTITY', expect.any(String)],
  [error('InvalidSignatureException', '', 403), 'IDENTITY', expect.any(String)],
  [error('UnknownOperationException', '', 404), 'UNSUPPORTED', expect.any(String)],
  [error('ValidationException', 'Unknown Operation'), 'UNSUPPORTED', expect.any(String)],
  [error('ValidationException', 'Hubs are not supported in this region'), 'UNSUPPORTED', expect.any(String)],
  [{ name: 'Error', code: 'ENOTFOUND' }, 'UNSUPPORTED', 'not offered in this region: sagemaker:Act (ENOTFOUND)'],
  [error('ThrottlingException', 'Rate exceeded'), 'TRANSIENT', 'failed after retries: sagemaker:Act (ThrottlingException)'],
  [error('TooManyRequestsException', '', 429), 'TRANSIENT', expect.any(String)],
  [error('ServiceException', '', 400), 'TRANSIENT', 'failed after retries: sagemaker:Act (ServiceException)'],
  [error('SomethingNew', '', 503), 'TRANSIENT', 'failed after retries: sagemaker:Act (SomethingNew)'],
  [{ name: 'Error', code: 'ECONNRESET' }, 'TRANSIENT', 'failed after retries: sagemaker:Act (ECONNRESET)'],
  [{ name: 'TimeoutError' }, 'TRANSIENT', expect.any(String)],
  [new SyntaxError('Unexpected token < in JSON'), 'TRANSIENT', 'failed after retries: sagemaker:Act (SyntaxError)'],
  [error('ValidationException', '1 error'), 'BAD_REQUEST', 'request refused as invalid: sagemaker:Act (ValidationException)'],
  [error('SerializationException'), 'BAD_REQUEST', expect.any(String)],
  [error('MissingParameter'), 'BAD_REQUEST', expect.any(String)],
  [error('No\u001bSuch\nThing'), 'UNKNOWN', 'failed: sagemaker:Act (NoSuchThing)'],
  [{ $metadata: { httpStatusCode: 418 } }, 'UNKNOWN', 'failed: sagemaker:Act (HTTP 418)'],
  [undefined, 'UNKNOWN', 'failed: sagemaker:Act (no code)'],
  [error('ResourceNotFound'), 'VANISHED', 'not found: sagemaker:Act'],
  [error('ResourceNotFoundException', '', 404), 'VANISHED', 'not found: sagemaker:Act'],
  ...['endpoint', 'endpoint configuration', 'model', 'inference component'].map(
    what => [error('ValidationException', could(what)), 'VANISHED', 'not found: sagemaker:Act'] as const,
  ),
  [error('ResourceNotFound', '', 500), 'TRANSIENT', expect.any(String)],
  [error('ValidationException', could('endpoint'), 500), 'TRANSIENT', expect.any(String)],
  [error('ValidationException', 'Could not find credentials'), 'BAD_REQUEST', expect.any(String)],
  [error('ValidationException', `It says: ${could('endpoint')}`), 'BAD_REQUEST', expect.any(String)],
  [error('ValidationError', could('endpoint')), 'BAD_REQUEST', expect.any(String)],
  [error('ResourceNotFoundButMaybe'), 'UNKNOWN', expect.any(String)],
] as const)('%j is %s', (thrown, failure, reason) => {
  expect(classifyError(thrown, 'sagemaker:Act')).toEqual({ failure, reason });
});

const CLASSES = ['TRANSIENT', 'DENIED', 'IDENTITY', 'UNSUPPORTED', 'BAD_REQUEST', 'UNKNOWN'];
const names = fc.oneof(fc.string(), fc.constantFrom('ValidationException', 'AccessDenied', 'ResourceInUse', 'Error'));
const messages = fc.oneof(fc.string(), fc.constantFrom('Could not find it', 'not found', 'Could not find endpoints'));
const metadata = fc.record({ httpStatusCode: fc.oneof(fc.integer(), fc.anything()) }, { requiredKeys: [] });
const errors = fc.record({ name: names, code: names, message: messages, $metadata: metadata }, { requiredKeys: [] });

test('any error whatever has a class and one line of reason, and is never "gone" without the exact words', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), errors), thrown => {
      const { failure, reason } = classifyError(thrown, 'sagemaker:Act');
      expect(CLASSES).toContain(failure);
      expect(reason).toMatch(/^[\w :().]+$/);
    }),
    { seed: 20261123, numRuns: 2000 },
  );
});
