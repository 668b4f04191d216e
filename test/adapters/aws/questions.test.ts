import { Readable } from 'node:stream';
import { AccountClient } from '@aws-sdk/client-account';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { enabledRegions, whoAmI } from '../../../lib/adapters/aws/questions.ts';
import { plus } from '../../../lib/core/time.ts';
import { NOW } from '../../support/builders.ts';

const config = { region: 'eu-west-1', maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

/** Clients of the real SDK over a transport that answers the same to all. */
const answering = (statusCode: number, body: string, headers: Record<string, string> = {}) => ({
  ...config,
  requestHandler: { handle: async () => ({ response: { statusCode, headers, body: Readable.from([Buffer.from(body)]) } }) },
});

const KIM = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:kim</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const REFUSED = '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>';
const at = (ahead: number) => ({ now: () => plus('2026-11-23T09:15:00.000Z', ahead) });
const date = 'Mon, 23 Nov 2026 09:15:00 GMT';

it.each([
  ['an answer', 200, KIM, { date }, 61_000, { ok: true, value: { arn: 'arn:kim', account: '1' } }],
  ['a refusal', 403, REFUSED, { date }, -400_000, { ok: false, failure: { failure: 'IDENTITY' } }],
  ['an answer without a date', 200, KIM, {}, null, { ok: true }],
])('the clock is held against %s', async (_name, status, body, headers: Record<string, string>, ahead, who) => {
  expect(await whoAmI(new STSClient(answering(status, body, headers)), at(ahead ?? 0))).toMatchObject({ ahead, who });
});

it('where nothing answers, nothing is known of the clock', async () => {
  const requestHandler = { handle: () => Promise.reject(Object.assign(new Error('no way'), { code: 'ECONNREFUSED' })) };
  const { who, ahead } = await whoAmI(new STSClient({ ...config, requestHandler }), { now: () => NOW });
  expect([ahead, who]).toMatchObject([null, { ok: false, failure: { failure: 'TRANSIENT' } }]);
});

it('regions that may not be listed are an answer, not an empty list', async () => {
  const denied = answering(403, '{"message":"no"}', { 'x-amzn-errortype': 'AccessDeniedException' });
  expect(await enabledRegions(new AccountClient(denied))).toEqual({
    ok: false,
    failure: { failure: 'DENIED', reason: 'access denied: account:ListRegions' },
  });
});
