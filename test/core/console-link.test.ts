import { describe, expect, it, test } from 'vitest';
import { consoleLink, consoleLinkOf } from '../../lib/core/console-link.ts';
import { DEPLOYMENT_KINDS, kindOfArn } from '../../lib/core/kinds.ts';

const own = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const HERE = 'https://eu-west-1.console.aws.amazon.com';
const BEDROCK = `${HERE}/bedrock/home?region=eu-west-1#`;

const ROWS: readonly (readonly [arn: string, link: string | undefined])[] = [
  [own('sagemaker', 'endpoint/fraud-scorer'), `${HERE}/sagemaker/home?region=eu-west-1#/endpoints/fraud-scorer`],
  [own('sagemaker', 'inference-component/c'), undefined],
  [own('bedrock', 'provisioned-model/a1b2'), `${BEDROCK}/provisioned-throughput`],
  [own('bedrock', 'custom-model-deployment/a1b2'), undefined],
  [own('bedrock', 'imported-model/a1b2'), `${BEDROCK}/imported-models`],
  [own('bedrock', 'application-inference-profile/a1b2'), `${BEDROCK}/inference-profiles`],
  [own('bedrock', 'prompt-router/a1b2'), undefined],
  ['use:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-v2:1', undefined],
  [own('bedrock', 'agent-alias/AGENT1/ALIAS1'), `${BEDROCK}/agents/AGENT1`],
  [own('bedrock', 'flow/FLOW1/alias/ALIAS1'), `${BEDROCK}/flows`],
  [own('bedrock', 'prompt/PROMPT1'), `${BEDROCK}/prompt-management/PROMPT1`],
  [own('bedrock-agentcore', 'runtime/bot-1/runtime-endpoint/DEFAULT'), `${HERE}/bedrock-agentcore/agents/bot-1?region=eu-west-1`],
  [own('bedrock-agentcore', 'harness/aide-1/harness-endpoint/DEFAULT'), undefined],
  [own('bedrock-agentcore', 'gateway/tools-1'), `${HERE}/bedrock-agentcore/toolsAndGateways?region=eu-west-1`],
];

describe('the page of a deployment in the console', () => {
  test.each(ROWS)('%s: %s', (arn, link) => {
    expect(consoleLink(arn)).toBe(link);
  });

  it('is told of every kind, if only that none is known', () => {
    expect(ROWS.map(([arn]) => kindOfArn(arn))).toEqual([...DEPLOYMENT_KINDS]);
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/sagemaker/home?region=cn-north-1#/endpoints/e'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/sagemaker/home?region=us-gov-west-1#/endpoints/e'],
    ['aws-iso', 'us-iso-east-1', undefined],
    ['aws-constructor', 'eu-west-1', undefined],
  ])('in the partition %s lies in its domain', (partition, region, link) => {
    expect(consoleLink(`arn:${partition}:sagemaker:${region}:111122223333:endpoint/e`)).toBe(link);
  });

  test.each([
    'arn:aws:sagemaker:evil.example.com/:111122223333:endpoint/e',
    'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/e?x=1#y',
    'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/e\nhttps://evil.example.com',
    'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/../e',
    'arn:aws:s3:::bucket',
    '',
  ])('is none for %j', text => {
    expect(consoleLink(text)).toBeUndefined();
  });

  it('is of a finding only where that is about one deployment', () => {
    const arn = own('sagemaker', 'endpoint/e');
    expect([`dep:${arn}`, `decl:m/${arn}`, 'model:m', 'scope:sagemaker/111122223333/eu-west-1'].map(consoleLinkOf)).toEqual([
      consoleLink(arn),
      undefined,
      undefined,
      undefined,
    ]);
  });
});
