import type { Act, DeploymentActs } from '../../lib/core/act.ts';
import { ACCOUNT, endpointArn, NOW, REGION, SCOPE } from './builders.ts';

/** Kim made the endpoint, in a session of the role Deploy that says so. */
export const anAct = (over: Partial<Act> = {}): Act => ({
  actor: { name: 'kim', role: 'Deploy', because: 'SOURCE_IDENTITY' },
  operation: 'CreateEndpoint',
  at: NOW,
  eventId: 'event-1',
  heard: 'ANNOUNCED',
  ...over,
});

export const someActs = (over: Partial<DeploymentActs> = {}): DeploymentActs => ({
  scope: SCOPE,
  resource: 'endpoint/fraud-scorer',
  created: anAct(),
  changed: null,
  ...over,
});

/** What CloudTrail knows of a caller beside the name; none of it may get anywhere. */
export const UNTOLD = ['AKIAIOSFODNN7EXAMPLE', '203.0.113.7', 'aws-cli/2.0 canary'];

/** `userIdentity` of the session that `anAct` is about. */
export const KIM = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:session-7',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deploy/session-7`,
  accountId: ACCOUNT,
  accessKeyId: UNTOLD[0],
  sessionContext: { sourceIdentity: 'kim', sessionIssuer: { type: 'Role', userName: 'Deploy' }, attributes: { mfaAuthenticated: 'true' } },
};

interface Envelope {
  readonly account?: string;
  readonly region?: string;
  readonly source?: string;
}

const envelope = ({ account = ACCOUNT, region = REGION, source = 'aws.sagemaker' }: Envelope) => ({
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  source,
  account,
  time: '2026-11-23T09:15:22Z',
  region,
  resources: [],
});

/** An event as a rule on CloudTrail calls delivers it; `detail` replaces fields of the call. */
export const aCall = (eventName = 'CreateEndpoint', detail: Record<string, unknown> = {}, place: Envelope = {}) => ({
  ...envelope(place),
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventVersion: '1.11',
    userIdentity: KIM,
    eventTime: '2026-11-23T09:15:20Z',
    eventSource: 'sagemaker.amazonaws.com',
    eventName,
    awsRegion: REGION,
    sourceIPAddress: UNTOLD[1],
    userAgent: UNTOLD[2],
    requestParameters: { endpointName: 'Fraud-Scorer', endpointConfigName: 'fraud-4' },
    responseElements: { endpointArn: endpointArn('fraud-scorer') },
    requestID: 'request-1',
    eventID: 'event-1',
    eventType: 'AwsApiCall',
    ...detail,
  },
});

/** An event that SageMaker sends by itself: upper case statuses, times in milliseconds. */
export const aStateChange = (what = 'Endpoint', detail: Record<string, unknown> = {}, place: Envelope = {}) => ({
  ...envelope(place),
  'detail-type': `SageMaker ${what} State Change`,
  resources: [endpointArn('fraud-scorer')],
  detail: {
    EndpointName: 'fraud-scorer',
    EndpointArn: endpointArn('fraud-scorer'),
    EndpointStatus: 'IN_SERVICE',
    CreationTime: 1_795_425_320_000,
    Tags: {},
    ...detail,
  },
});
