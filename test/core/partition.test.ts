import { expect, it } from 'vitest';
import { partitionOf } from '../../lib/core/partition.ts';
import { arnPattern } from '../../lib/core/scope.ts';

it.each([
  ['eu-west-1', 'aws'],
  ['us-east-1', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-north-7', 'aws'],
])('%s lies in %s, and so do the ARNs of its scopes', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
  const pattern = arnPattern({ provider: 'sagemaker', account: '111122223333', region }, 'endpoint/x');
  expect(pattern.test(`arn:${partition}:sagemaker:${region}:111122223333:endpoint/x`)).toBe(true);
  expect(pattern.test(`arn:aws-other:sagemaker:${region}:111122223333:endpoint/x`)).toBe(false);
});
