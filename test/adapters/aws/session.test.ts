import { ListEndpointsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createRequests } from '../../../lib/adapters/aws/session.ts';
import { plus } from '../../../lib/core/time.ts';
import { NOW } from '../../support/builders.ts';

/** What is asked with credentials that never come, 20 ms before a deadline. */
const asking = async (calls: number) => {
  const client = new SageMakerClient({ region: 'eu-west-1', credentials: () => new Promise(() => {}) });
  const { ask, ranOut } = createRequests({ limit: pLimit(1), clock: { now: () => NOW }, deadline: plus(NOW, 20) });
  const request = {
    action: 'sagemaker:ListEndpoints',
    schema: z.unknown(),
    send: (options: object) => client.send(new ListEndpointsCommand({}), options),
  };
  const answers = await Promise.all(Array.from({ length: calls }, () => ask(request)));
  return { answers, ranOut: ranOut() };
};

it('credentials that hang are out of time at the deadline, and whoever waits behind them too', async () => {
  const outOfTime = { ok: false, failure: { failure: 'DEADLINE', reason: 'out of time: sagemaker:ListEndpoints' } };
  expect(await asking(2)).toEqual({ answers: [outOfTime, outOfTime], ranOut: true });
});
