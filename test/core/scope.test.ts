import { expect, test } from 'vitest';
import { arnOf, arnPattern, scopeOfArn } from '../../lib/core/scope.ts';

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['eusc-de-east-1', 'aws-eusc'],
])('a resource in %s lies in the partition %s, and its ARN leads back to its scope', (region, partition) => {
  const scope = { provider: 'agentcore', account: '111122223333', region } as const;
  const arn = arnOf(scope, 'gateway/g-1');
  expect(arn).toBe(`arn:${partition}:bedrock-agentcore:${region}:111122223333:gateway/g-1`);
  expect(scopeOfArn(arn)).toEqual(scope);
  expect(arnPattern(scope, 'gateway/[^/]+').test(arn)).toBe(true);
  expect(arnPattern({ ...scope, account: '444455556666' }, 'gateway/[^/]+').test(arn)).toBe(false);
});
