import { expect, test } from 'vitest';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import { scopeId } from '../../../lib/core/scope.ts';
import { DAY, HOUR, plus } from '../../../lib/core/time.ts';
import { NOW, type RegionInput } from '../../simcloud/simulated.ts';
import { CANARY, reading, SCOPE } from './reading.ts';

const REGION: RegionInput = {
  agentRuntimes: { 'bot-1': {} },
  agentRuntimeEndpoints: { 'bot-1/DEFAULT': { liveVersion: '1' } },
  agentRuntimeVersions: { 'bot-1/1': { environmentVariables: { SECRET: CANARY } } },
  harnesses: { 'aide-1': {} },
  harnessEndpoints: { 'aide-1/DEFAULT': { liveVersion: '1' } },
  harnessVersions: { 'aide-1/1': { systemPrompt: [{ text: CANARY }] } },
  gateways: { 'tools-1': { name: 'tools' } },
};

test('versions and tags are remembered for a day, without a text; what has no versions is read in every listing', async () => {
  let passed = 0;
  const cache = memoryDescriptionCache();
  const now = () => plus(new Date(NOW).toISOString(), passed);
  const { source, count } = await reading(REGION, { cache, now });
  const list = () => source.list(SCOPE, { packageGroups: [], deadline: plus(now(), HOUR) });
  const counts = () => ['GetAgentRuntime', 'GetHarness', 'ListTagsForResource', 'GetGateway'].map(count);
  const first = await list();
  expect(counts()).toEqual([1, 1, 3, 1]);
  const second = await list();
  expect([second.kinds, counts()]).toEqual([first.kinds, [1, 1, 3, 2]]);
  expect(JSON.stringify(await Array.fromAsync(cache.load(scopeId(SCOPE))))).not.toContain('canary');
  passed = DAY;
  expect([(await list()).kinds, counts()]).toEqual([first.kinds, [2, 2, 6, 3]]);
});
