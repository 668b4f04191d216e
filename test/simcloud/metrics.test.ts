import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { ListMetricsCommand, type ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { expect, it, test } from 'vitest';
import { parseEstate } from '../../lib/simcloud/estate.ts';
import { NOW, REGION, type RegionInput, simulate } from './simulated.ts';

const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const region: RegionInput = {
  modelUse: [
    { modelId: 'a.now' },
    { modelId: 'a.today', lastUsed: hoursAgo(4) },
    { modelId: 'a.long', lastUsed: hoursAgo(14 * 24) },
    { modelId: 'a.now', namespace: 'AWS/BedrockMantle', project: 'p' },
    { modelId: 'a.now', namespace: 'AWS/BedrockMantle', project: 'q' },
  ],
};

const listed = async (ask: ListMetricsCommandInput) => {
  const { cloudwatch } = await simulate(region);
  const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand(ask));
  return Metrics.map(({ MetricName, Dimensions = [] }) => [MetricName, ...Dimensions.map(({ Value }) => Value)].join(' '));
};

test.each<[string, ListMetricsCommandInput, string[]]>([
  ['what was counted within two weeks', { Namespace: 'AWS/Bedrock' }, ['Invocations a.now', 'Invocations a.today']],
  ['what was counted within three hours', { Namespace: 'AWS/Bedrock', RecentlyActive: 'PT3H' }, ['Invocations a.now']],
  ['nothing of another metric', { Namespace: 'AWS/Bedrock', MetricName: 'Inferences' }, []],
  [
    'metrics that have a dimension, further ones included, each once',
    { MetricName: 'Inferences', Dimensions: [{ Name: 'Model' }] },
    ['Inferences a.now', 'Inferences p a.now', 'Inferences q a.now'],
  ],
  ['metrics of a value', { Dimensions: [{ Name: 'Project', Value: 'q' }] }, ['Inferences q a.now']],
])('CloudWatch lists %s', async (_name, ask, expected) => {
  expect(await listed(ask)).toEqual(expected);
});

it('CloudWatch lists page by page, and refuses by the name of the action in IAM', async () => {
  const { cloudwatch } = await simulate(region, { pageSize: 2 });
  const first = await cloudwatch.send(new ListMetricsCommand({}));
  const second = await cloudwatch.send(new ListMetricsCommand({ NextToken: first.NextToken }));
  expect([first.Metrics?.length, second.Metrics?.length]).toEqual([2, 2]);
  const { cloudwatch: denied } = await simulate({ denied: ['ListMetrics'] });
  await expect(denied.send(new ListMetricsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('cloudwatch:ListMetrics'),
  });
});

it('Bedrock lists the models that the estate offers, with their lifecycles', async () => {
  const modelLifecycle = { status: 'LEGACY', legacyTime: '2026-06-01T00:00:00Z', endOfLifeTime: '2026-12-01T00:00:00Z' };
  const { bedrock } = await simulate({ foundationModels: { 'a.old': { modelLifecycle }, 'a.new': {} } });
  const { modelSummaries = [] } = await bedrock.send(new ListFoundationModelsCommand({}));
  expect(modelSummaries.map(each => [each.modelId, each.modelArn, each.modelLifecycle])).toEqual([
    ['a.old', `arn:aws:bedrock:${REGION}::foundation-model/a.old`, { ...modelLifecycle, ...datesOf(modelLifecycle) }],
    ['a.new', `arn:aws:bedrock:${REGION}::foundation-model/a.new`, { status: 'ACTIVE' }],
  ]);
});

const datesOf = ({ legacyTime, endOfLifeTime }: { legacyTime: string; endOfLifeTime: string }) => ({
  legacyTime: new Date(legacyTime),
  endOfLifeTime: new Date(endOfLifeTime),
});

it('a namespace that Bedrock does not count in is refused with its place', () => {
  const text = 'accounts:\n  "111122223333":\n    eu-west-1:\n      modelUse: [{ modelId: x, namespace: AWS/Lambda }]\n';
  expect(() => parseEstate(text, 'estate.yaml')).toThrow('estate.yaml:4:43: accounts.111122223333.eu-west-1.modelUse.0.namespace');
});
