import { STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { kindsOf } from '../../lib/core/kinds.ts';
import { clientConfigs } from '../../lib/wiring/client-config.ts';
import { liveSource } from '../../lib/wiring/live-source.ts';
import { ACCOUNT, endpoints, NOW, REGION, simulate } from '../simcloud/simulated.ts';
import { someSettings } from '../support/builders.ts';

const now = new Date(NOW).toISOString();

/** Every scope of the account read once, and which operations were asked for. */
const readAll = async (providers?: readonly string[]) => {
  const { simcloud, config } = await simulate({
    ...endpoints('a'),
    provisionedModels: { p: {} },
    marketplaceEndpoints: { a: {} },
    agents: { A1: {} },
    agentVersions: { 'A1/1': {} },
    agentAliases: { 'A1/PROD': {} },
    gateways: { 'tools-1': { name: 'tools' } },
  });
  const settings = someSettings(providers ? { providers } : {});
  const source = liveSource({ settings, clock: { now: () => now }, optionsFor: ({ region }) => config({ region }) });
  const scopes = settings.providers.map(provider => ({ provider, account: ACCOUNT, region: REGION }));
  const ask = { packageGroups: [], deadline: '2026-11-23T09:25:00.000Z' };
  const listings = await Promise.all(scopes.map(scope => source.list(scope, ask)));
  return { source, scopes, listings, asked: simcloud.calls().map(({ operation }) => operation) };
};

it('reads each scope by the adapter of its provider; the default is all providers', async () => {
  const { source, scopes, listings, asked } = await readAll();
  expect(listings.map(({ scope, kinds }) => [scope, kinds.map(({ kind }) => kind)])).toEqual([
    [`sagemaker/${ACCOUNT}/${REGION}`, kindsOf('sagemaker')],
    [`bedrock/${ACCOUNT}/${REGION}`, kindsOf('bedrock')],
    [`agentcore/${ACCOUNT}/${REGION}`, kindsOf('agentcore')],
  ]);
  const live = listings.flatMap(({ kinds }) => kinds.flatMap(kind => (kind.status === 'COMPLETE' ? kind.sightings : [])));
  expect(live.map(({ kind, name }) => [kind, name])).toEqual([
    ['ENDPOINT', 'a'],
    ['PROVISIONED_THROUGHPUT', 'p'],
    ['AGENT_ALIAS', 'A1.PROD'],
    ['GATEWAY', 'tools'],
  ]);
  expect(asked.filter(operation => operation === 'ListMarketplaceModelEndpoints')).toHaveLength(1);
  const gone = `arn:aws:bedrock:${REGION}:${ACCOUNT}:imported-model/x`;
  expect((await source.confirmGone(scopes[1]!, [gone], '2026-11-23T09:25:00.000Z')).get(gone)).toEqual({ answer: 'GONE' });
});

it('asks nothing of a provider that is not listed', async () => {
  const { scopes, asked } = await readAll(['sagemaker']);
  expect(scopes.map(({ provider }) => provider)).toEqual(['sagemaker']);
  expect(asked.filter(operation => /Marketplace|Provisioned|Imported|Agent|Gateway/.test(operation))).toEqual([]);
});

it('leaves no connections behind, however many sources have read', async () => {
  const { config } = await simulate(endpoints('a'));
  const configOf = clientConfigs({ account: ACCOUNT, sts: new STSClient({ region: REGION }), spoke: undefined });
  for (let run = 0; run < 10; run += 1) {
    const source = liveSource({
      settings: someSettings(),
      clock: { now: () => now },
      optionsFor: place => ({ ...config(), ...configOf(place) }),
    });
    for (const provider of someSettings().providers)
      await source.list({ provider, account: ACCOUNT, region: REGION }, { packageGroups: [], deadline: '2026-11-23T09:25:00.000Z' });
  }
  // Two that are kept, and the server's ends of them.
  await expect.poll(() => process.getActiveResourcesInfo().filter(each => each === 'TCPSocketWrap').length).toBeLessThanOrEqual(4);
});
