import { expect, test } from 'vitest';
import { listing, many } from './scene.ts';

test('a listing says of every request that it spared why', async () => {
  const { result } = await listing(many(29, 3));
  expect(result.callsByAction).toEqual({
    'sagemaker:ListEndpoints': { requests: 1, retries: 0, spared: {} },
    'sagemaker:Search': { requests: 2, retries: 0, spared: {} },
    'sagemaker:DescribeEndpoint': { requests: 0, retries: 0, spared: { 'shown by Search': 30 } },
    'sagemaker:ListTags': { requests: 0, retries: 0, spared: { 'shown by Search': 30 } },
    'sagemaker:DescribeEndpointConfig': { requests: 4, retries: 0, spared: { 'read once for all': 26 } },
    'sagemaker:DescribeModel': { requests: 0, retries: 0, spared: { 'shown by Search': 4, 'read once for all': 26 } },
    'sagemaker:ListInferenceComponents': { requests: 0, retries: 0, spared: { 'no endpoint can host any': 1 } },
  });
});
