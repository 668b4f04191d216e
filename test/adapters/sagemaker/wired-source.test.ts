import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import { settingsSchema } from '../../../lib/core/settings.ts';
import { awsSource } from '../../../lib/wiring/aws.ts';
import { remembered } from './remembering.ts';
import { ACCOUNT, IMAGE, inRegion, REGION, simulate } from '../../simcloud/simulated.ts';

test.each([
  [{}, false],
  [{ artefactEtags: true }, true],
])('with %j in rollcall.yaml a deployed roll call pins artefacts: %s', async (yaml, pinned) => {
  const uri = 's3://models/v3.tar.gz';
  const region = { endpoints: { e: { variants: [{ model: { image: IMAGE, artefact: uri } }] } } };
  const { simcloud } = await simulate(region, { estate: { ...inRegion(region), objects: { [uri]: 'e1' } } });
  const environment = { AWS_ENDPOINT_URL: simcloud.endpoint, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'x' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const source = awsSource(
    { home: { account: ACCOUNT, region: REGION }, settings: settingsSchema.parse(yaml) },
    '2026-11-23T09:15:00.000Z',
    memoryDescriptionCache(),
  );
  const scope = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
  const ask = { packageGroups: [], deadline: '9999-01-01T00:00:00.000Z' };
  expect(remembered(await source.list(scope, ask))).toBe(0);
  const second = await source.list(scope, ask);
  expect(remembered(second)).toBe(2);
  const { kinds } = second;
  expect(kinds[0]).toMatchObject({
    sightings: [{ detail: { composition: { parts: expect.arrayContaining([expect.objectContaining({ kind: 'ARTEFACT', pinned })]) } } }],
  });
});
