import { expect, test } from 'vitest';
import { DEPLOYMENT_ARN, DEPLOYMENT_KINDS, type DeploymentKind, kindOfArn, KINDS, titleOf } from '../../lib/core/kinds.ts';
import { arnPattern } from '../../lib/core/scope.ts';

const ARNS: Readonly<Record<DeploymentKind, string>> = {
  ENDPOINT: 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/fraud-scorer',
  INFERENCE_COMPONENT: 'arn:aws:sagemaker:eu-west-1:111122223333:inference-component/assistant-base',
  PROVISIONED_THROUGHPUT: 'arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/a1b2c3d4e5f6',
  CUSTOM_MODEL_DEPLOYMENT: 'arn:aws:bedrock:eu-west-1:111122223333:custom-model-deployment/a1b2c3d4e5f6',
  IMPORTED_MODEL: 'arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:imported-model/a1b2c3d4e5f6',
  INFERENCE_PROFILE: 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
  PROMPT_ROUTER: 'arn:aws:bedrock:eu-west-1:111122223333:prompt-router/support:1',
  MODEL_USE: 'use:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-3-haiku-20240307-v1:0',
  AGENT_ALIAS: 'arn:aws:bedrock:eu-west-1:111122223333:agent-alias/AGENT00001/ALIAS00001',
  FLOW_ALIAS: 'arn:aws:bedrock:eu-west-1:111122223333:flow/FLOW000001/alias/ALIAS00001',
  PROMPT: 'arn:aws:bedrock:eu-west-1:111122223333:prompt/PROMPT0001',
  AGENT_RUNTIME: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/support_bot-a1b2c3d4e5/runtime-endpoint/DEFAULT',
  HARNESS: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:harness/research_aide-a1b2c3d4e5/harness-endpoint/production-endpoint',
  GATEWAY: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:gateway/tools-a1b2c3d4e5',
};

test.each(DEPLOYMENT_KINDS)('%s is known by its ARN, and by no other', kind => {
  expect([kindOfArn(ARNS[kind]), titleOf(ARNS[kind]), DEPLOYMENT_ARN.test(ARNS[kind])]).toEqual([kind, KINDS[kind].title, true]);
  const [, , , region = ''] = ARNS[kind].split(':');
  const scope = { provider: KINDS[kind].provider, account: '111122223333', region };
  const own = DEPLOYMENT_KINDS.filter(each => arnPattern(scope, KINDS[each].resource).test(ARNS[kind]));
  // A use is no resource: what AWS calls one is never taken for it.
  expect(own).toEqual(kind === 'MODEL_USE' ? [] : [kind]);
});

test.each([
  'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
  'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0',
  'arn:aws:bedrock:eu-west-1:111122223333:default-prompt-router/anthropic.claude:1',
  'arn:aws:bedrock:eu-west-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6',
  'arn:aws:sagemaker:eu-west-1:111122223333:endpoint-config/fraud-scorer',
  'arn:aws:bedrock:eu-west-1:111122223333:agent/AGENT00001',
  'arn:aws:bedrock:eu-west-1:111122223333:prompt/PROMPT0001:3',
  'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/support_bot-a1b2c3d4e5',
  'arn:aws:s3:::endpoint/x',
  'arn:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-3-haiku-20240307-v1:0',
  'use:aws:bedrock:eu-west-1:111122223333:provisioned-model/a1b2c3d4e5f6',
])('%s is nothing that somebody here made to serve', arn => {
  expect([DEPLOYMENT_ARN.test(arn), titleOf(arn)]).toEqual([false, 'resource']);
});
