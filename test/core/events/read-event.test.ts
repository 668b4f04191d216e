import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveActor } from '../../../lib/core/events/actor.ts';
import { readEvent } from '../../../lib/core/events/read-event.ts';
import { ACCOUNT, endpointArn, REGION } from '../../support/builders.ts';
import { aCall, anAct, aStateChange, KIM, UNTOLD } from '../../support/events.ts';

const read = (event: unknown) => readEvent(JSON.stringify(event));
const SAGEMAKER = { provider: 'sagemaker', account: ACCOUNT, region: REGION };
const arn = (resource: string, service = 'bedrock', account = ACCOUNT) => `arn:aws:${service}:${REGION}:${account}:${resource}`;
/** A Bedrock call that says these things of what it is about. */
const bedrock = (operation: string, requestParameters: unknown, responseElements: unknown = null) =>
  aCall(operation, { eventSource: 'bedrock.amazonaws.com', requestParameters, responseElements }, { source: 'aws.bedrock' });
const agentcore = (operation: string, requestParameters: unknown, responseElements: unknown = null) =>
  aCall(
    operation,
    { eventSource: 'bedrock-agentcore.amazonaws.com', requestParameters, responseElements },
    { source: 'aws.bedrock-agentcore' },
  );

describe('an event that SageMaker sends', () => {
  it.each([
    ['of an endpoint', aStateChange(), 'endpoint/fraud-scorer'],
    [
      'with tags as a list and times as text',
      aStateChange('Endpoint', { Tags: [{ Key: 'a', Value: 'b' }], CreationTime: '1795425320000' }),
      'endpoint/fraud-scorer',
    ],
    ['that names its endpoint in resources alone', aStateChange('Endpoint', { EndpointArn: undefined }), 'endpoint/fraud-scorer'],
    [
      'of a configuration',
      { ...aStateChange('Endpoint Config', { EndpointArn: undefined }), resources: [arn('endpoint-config/x', 'sagemaker')] },
      null,
    ],
    ['of a model', { ...aStateChange('Model', { EndpointArn: undefined }), resources: [arn('model/x', 'sagemaker')] }, null],
    [
      'of a model package',
      { ...aStateChange('Model Package', { EndpointArn: undefined, ModelApprovalStatus: 'Approved' }), resources: undefined },
      null,
    ],
    [
      'with the ARN of another account',
      aStateChange('Endpoint', { EndpointArn: arn('endpoint/x', 'sagemaker', '999999999999') }),
      'endpoint/fraud-scorer',
    ],
  ])('%s says which scope to look at, and nothing of its state', (_what, event, resource) => {
    expect(read(event)).toEqual({ outcome: 'CHANGE', cloud: SAGEMAKER, resource, does: 'changed', act: null });
  });
});

it.each(['us-gov-west-1', 'eusc-de-east-1'])('an event of %s is one of that region', region => {
  expect(read(aCall('CreateEndpoint', {}, { region }))).toMatchObject({ outcome: 'CHANGE', cloud: { region } });
});

describe('a call that CloudTrail reports', () => {
  it('says which deployment, who, what and when', () => {
    expect(read(aCall())).toEqual({
      outcome: 'CHANGE',
      cloud: SAGEMAKER,
      resource: 'endpoint/fraud-scorer',
      does: 'created',
      act: anAct({ at: '2026-11-23T09:15:20.000Z' }),
    });
  });

  it.each([
    ['UpdateEndpoint', aCall('UpdateEndpoint'), 'changed endpoint/fraud-scorer'],
    ['DeleteEndpoint, which answers nothing', aCall('DeleteEndpoint', { responseElements: null }), 'changed endpoint/fraud-scorer'],
    [
      'CreateInferenceComponent',
      aCall('CreateInferenceComponent', { requestParameters: { inferenceComponentName: 'adapter-1' } }),
      'created inference-component/adapter-1',
    ],
    ['AddTags to an endpoint', aCall('AddTags', { requestParameters: { resourceArn: endpointArn('a') } }), 'changed endpoint/a'],
    ['a name that is none', aCall('UpdateEndpoint', { requestParameters: { endpointName: 'a b/../c' } }), 'changed null'],
    ['an endpoint that is no text', aCall('UpdateEndpoint', { requestParameters: { endpointName: { a: 1 } } }), 'changed null'],
    ['no parameters at all', aCall('UpdateEndpoint', { requestParameters: undefined, responseElements: undefined }), 'changed null'],
    [
      'the ARN of another region',
      aCall('AddTags', { requestParameters: { resourceArn: endpointArn('a').replace(REGION, 'us-east-1') } }),
      null,
    ],
    ['AddTags to a training job', aCall('AddTags', { requestParameters: { resourceArn: arn('training-job/a', 'sagemaker') } }), null],
    [
      'CreateProvisionedModelThroughput',
      bedrock(
        'CreateProvisionedModelThroughput',
        { modelId: arn('custom-model/x') },
        { provisionedModelArn: arn('provisioned-model/AB1') },
      ),
      'created provisioned-model/ab1',
    ],
    [
      'DeleteProvisionedModelThroughput by name',
      bedrock('DeleteProvisionedModelThroughput', { provisionedModelId: 'mine' }),
      'changed null',
    ],
    [
      'UpdateCustomModelDeployment',
      bedrock('UpdateCustomModelDeployment', { customModelDeploymentIdentifier: arn('custom-model-deployment/a') }),
      'changed custom-model-deployment/a',
    ],
    [
      'UntagResource',
      bedrock('UntagResource', { resourceARN: arn('application-inference-profile/p1') }),
      'changed application-inference-profile/p1',
    ],
    [
      'an answer within an answer',
      bedrock('CreateAgentAlias', {}, { agentAlias: { agentAliasArn: arn('imported-model/a') } }),
      'created imported-model/a',
    ],
    [
      'DeleteAgentAlias, which names it by ids',
      bedrock('DeleteAgentAlias', { agentId: 'A', agentAliasId: 'B' }),
      'changed agent-alias/a/b',
    ],
    ['DeleteAgent, of which any alias may go', bedrock('DeleteAgent', { agentId: 'A' }), 'changed null'],
    ['CreateFlowAlias', bedrock('CreateFlowAlias', { flowIdentifier: 'F1', name: 'live' }, { id: 'A1' }), 'created flow/f1/alias/a1'],
    ['CreatePromptVersion by id', bedrock('CreatePromptVersion', { promptIdentifier: 'P1' }), 'changed prompt/p1'],
    ['CreatePromptVersion by ARN', bedrock('CreatePromptVersion', { promptIdentifier: arn('prompt/P1') }), 'changed prompt/p1'],
    ['TagResource of an agent alias', bedrock('TagResource', { resourceArn: arn('agent-alias/A/B') }), 'changed agent-alias/a/b'],
    [
      'CreateAgentRuntime, which brings an endpoint with it',
      agentcore('CreateAgentRuntime', { environmentVariables: { KEY: 'x' } }, { agentRuntimeId: 'bot-1' }),
      'created runtime/bot-1/runtime-endpoint/default',
    ],
    [
      'CreateAgentRuntimeEndpoint',
      agentcore('CreateAgentRuntimeEndpoint', { agentRuntimeId: 'bot-1', name: 'prod' }),
      'created runtime/bot-1/runtime-endpoint/prod',
    ],
    ['CreateHarness', agentcore('CreateHarness', {}, { harness: { harnessId: 'h-1' } }), 'created harness/h-1/harness-endpoint/default'],
    [
      'UpdateHarnessEndpoint',
      agentcore('UpdateHarnessEndpoint', { harnessId: 'h-1', endpointName: 'prod' }),
      'changed harness/h-1/harness-endpoint/prod',
    ],
    ['CreateGatewayTarget', agentcore('CreateGatewayTarget', { gatewayIdentifier: 'g-1', name: 't' }), 'changed gateway/g-1'],
    ['TagResource of a memory', agentcore('TagResource', { resourceArn: arn('memory/m', 'bedrock-agentcore') }), null],
  ])('%s', (_what, event, expected) => {
    const seen = read(event);
    const said = seen.outcome === 'CHANGE' ? `${seen.cloud.provider} ${seen.does} ${seen.resource}` : JSON.stringify(seen);
    expect(said).toBe(
      expected === null ? '{"outcome":"BESIDE","code":"NO_DEPLOYMENT"}' : `${event.source.replace(/aws\.(bedrock-)?/, '')} ${expected}`,
    );
  });

  it.each([
    ['AccessDenied', 'AccessDenied'],
    ['a\nb', 'UNREADABLE'],
  ])('that failed with %j is an attempt, with who tried', (errorCode, error) => {
    expect(read(aCall('CreateEndpoint', { errorCode, responseElements: null }))).toEqual({
      outcome: 'ATTEMPT',
      cloud: SAGEMAKER,
      act: anAct({ at: '2026-11-23T09:15:20.000Z' }),
      error,
    });
  });
});

describe('what is no event of ours is refused with its reason', () => {
  it.each([
    ['text', 'not json', 'NOT_JSON', 'the message is not JSON'],
    ['no object', '[]', 'NO_EVENT', 'event is not as AWS documents it'],
    ['no detail', JSON.stringify({ ...aCall(), detail: undefined }), 'NO_EVENT', 'event.detail is not as AWS documents it'],
    [
      'an account of eleven digits',
      JSON.stringify(aCall('CreateEndpoint', {}, { account: '11112222333' })),
      'NO_EVENT',
      'event.account is not as AWS documents it',
    ],
    [
      'a region that is a path',
      JSON.stringify(aStateChange('Endpoint', {}, { region: 'eu/west-1' })),
      'NO_EVENT',
      'event.region is not as AWS documents it',
    ],
    [
      'a call without a time',
      JSON.stringify(aCall('CreateEndpoint', { eventTime: 'now' })),
      'NO_EVENT',
      'detail.eventTime is not as AWS documents it',
    ],
    [
      'a call whose id is a line',
      JSON.stringify(aCall('CreateEndpoint', { eventID: 'a\nb' })),
      'NO_EVENT',
      'detail.eventID is not as AWS documents it',
    ],
    ['a state of something else', JSON.stringify(aStateChange('Training Job')), 'UNKNOWN_EVENT', expect.any(String)],
    [
      'a state that another source tells',
      JSON.stringify(aStateChange('Endpoint', {}, { source: 'my.app' })),
      'UNKNOWN_EVENT',
      expect.any(String),
    ],
    [
      'a call that another source tells',
      JSON.stringify(aCall('CreateEndpoint', {}, { source: 'aws.bedrock' })),
      'UNKNOWN_EVENT',
      expect.any(String),
    ],
    [
      'a call of another service',
      JSON.stringify(aCall('RunInstances', { eventSource: 'ec2.amazonaws.com' })),
      'UNKNOWN_EVENT',
      expect.any(String),
    ],
    ['a call that changes nothing that serves', JSON.stringify(aCall('DescribeEndpoint')), 'UNKNOWN_OPERATION', expect.any(String)],
    ['a call that every object has', JSON.stringify(aCall('constructor')), 'UNKNOWN_OPERATION', expect.any(String)],
  ])('%s', (_what, text, code, reason) => expect(readEvent(text)).toEqual({ outcome: 'REFUSED', code, reason }));
});

const role = (userName: string, session: string, over: Record<string, unknown> = {}) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${userName}/${session}`,
  sessionContext: { sessionIssuer: { userName }, ...over },
});

describe('who did it', () => {
  it.each([
    [
      'a user of Identity Center, before all else',
      { ...KIM, onBehalfOf: { userId: '9067-1', identityStoreArn: 'arn' } },
      ['IDENTITY_CENTER_USER', '9067-1', 'Deploy'],
    ],
    ['the source identity of a session', KIM, ['SOURCE_IDENTITY', 'kim', 'Deploy']],
    [
      'the session of a permission set',
      role('AWSReservedSSO_Admin_1f', 'kim@example.com'),
      ['SSO_SESSION', 'kim@example.com', 'AWSReservedSSO_Admin_1f'],
    ],
    ['a role, whose callers name their own sessions', role('Deploy', 'kim@example.com'), ['ROLE', 'Deploy', null]],
    ['a user of IAM', { type: 'IAMUser', userName: 'kim', accessKeyId: UNTOLD[0] }, ['IAM_USER', 'kim', null]],
    ['the root user', { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` }, ['ROOT', 'the root user', null]],
    ['a service', { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' }, ['SERVICE', 'cloudformation.amazonaws.com', null]],
    ['nobody, in an identity of another kind', { type: 'AWSAccount', accountId: ACCOUNT }, ['NOBODY', 'nobody that the event names', null]],
    ['nobody, in one that cannot be read', { type: 7 }, ['NOBODY', 'nobody that the event names', null]],
    ['nobody, where there is none', undefined, ['NOBODY', 'nobody that the event names', null]],
    [
      'a name on one line, and no longer than a name is',
      { type: 'IAMUser', userName: `a\n\u202e\tb${'c'.repeat(500)}` },
      ['IAM_USER', `a\\u000a\\u202e\\u0009b${'c'.repeat(123)}`, null],
    ],
  ])('%s', (_what, identity, [because, name, under]) => {
    expect(resolveActor(identity)).toEqual({ because, name, role: under });
  });
});

describe('whatever an event holds', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('__proto__', 'constructor', '#', 'a/b', endpointArn('x'), ...UNTOLD),
  );
  const places = ['endpointName', 'userName', 'eventName', 'eventID', 'errorCode', 'EndpointArn', 'eventSource'] as const;
  const event = fc.tuple(fc.constantFrom(...places), hostile, hostile).map(([place, text, other]) => {
    if (place === 'EndpointArn') return aStateChange('Endpoint', { EndpointArn: text, [other]: text });
    if (place === 'endpointName') return aCall('UpdateEndpoint', { requestParameters: { endpointName: text, [other]: other } });
    if (place === 'userName') return aCall('CreateEndpoint', { userIdentity: { type: 'IAMUser', userName: text } });
    return aCall('CreateEndpoint', { [place]: text });
  });

  it('what is read of it is plain: no key or line can be broken by it', () => {
    fc.assert(
      fc.property(event, raw => {
        const seen = read(raw);
        expect(JSON.stringify(seen)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const { resource, reason } = { resource: null, reason: '', ...seen };
        expect(resource ?? 'endpoint/-').toMatch(/^(endpoint|inference-component)\/[\x21-\x7e]+$/);
        expect(reason).toMatch(/^[a-zA-Z. ]*$/);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('neither an access key nor an address nor a client is read', () => {
    for (const raw of [aCall(), aCall('DeleteEndpoint', { errorCode: 'AccessDenied' }), aStateChange()]) {
      const text = JSON.stringify(read(raw));
      for (const secret of UNTOLD) expect(text).not.toContain(secret);
    }
  });

  it('any text at all has an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(readEvent(text).outcome).toBe('REFUSED');
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
