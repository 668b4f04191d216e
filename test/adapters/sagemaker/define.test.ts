import { expect, test } from 'vitest';
import { definitionFacts } from '../../../lib/adapters/sagemaker/define.ts';
import { packageFacts } from '../../../lib/adapters/sagemaker/translate/model.ts';
import { digestOf, sha256 } from '../../../lib/core/digest.ts';

const Image = '1.dkr.ecr/xgboost:1';
const source = (S3Uri: string, over = {}) => ({ S3DataSource: { S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None', ...over } });
const facts = (definition: unknown, harmless: string[] = []) => {
  const defined = definitionFacts(definition, harmless);
  if (!defined.ok) throw new Error(defined.reason);
  return defined.facts;
};

test('a request and a CloudFormation resource define the same model', () => {
  const properties = { PrimaryContainer: { Image, ModelDataUrl: 's3://a', Environment: { SIZE: '7', HARMLESS: 'x' } } };
  const template = {
    Type: 'AWS::SageMaker::Model',
    Properties: { PrimaryContainer: { ...properties.PrimaryContainer, Environment: { SIZE: 7 } } },
  };
  expect(facts(properties, ['HARMLESS'])).toEqual(facts(template));
  expect(facts(template).containers[0]?.parameters).toBe(digestOf({ SIZE: sha256('7') }));
});

test.each([
  ['a URL', { ModelDataUrl: 's3://a' }, [['s3://a', null, 'MODEL']]],
  ['a source with an ETag', { ModelDataSource: source('s3://a', { ETag: 'e' }) }, [['s3://a', 'e', 'MODEL']]],
  ['a source with a manifest', { ModelDataSource: source('s3://a', { ETag: 'e', ManifestEtag: 'm' }) }, [['s3://a', 'm', 'MODEL']]],
  ['a source repeated as URL', { ModelDataUrl: 's3://a', ModelDataSource: source('s3://a', { ETag: 'e' }) }, [['s3://a', 'e', 'MODEL']]],
  ['additional sources', { AdditionalModelDataSources: [{ ChannelName: 'c', ...source('s3://b') }] }, [['s3://b', null, 'ADDITIONAL']]],
  ['nothing', {}, []],
])('a container with %s has these artefacts', (_name, container, expected) => {
  const artefacts = facts({ PrimaryContainer: { Image, ...container } }).containers[0]?.artefacts;
  expect(artefacts?.map(({ uri, etag, role }) => [uri, etag, role])).toEqual(expected);
});

test('several containers keep their order, and are serial unless said otherwise', () => {
  const pair = {
    Containers: [
      { Image: 'a', Mode: 'MultiModel' },
      { ModelPackageName: 'arn:p', InferenceSpecificationName: 'fast' },
    ],
  };
  expect(facts(pair)).toMatchObject({
    execution: 'Serial',
    containers: [
      { image: 'a', mode: 'MultiModel' },
      { image: null, packageArn: 'arn:p', inferenceSpecification: 'fast' },
    ],
  });
  expect(facts({ ...pair, InferenceExecutionConfig: { Mode: 'Direct' } }).execution).toBe('Direct');
  expect(facts({ PrimaryContainer: { Image }, InferenceExecutionConfig: { Mode: 'Serial' } }).execution).toBeNull();
});

test.each([
  [{}, 'a model without a container'],
  [{ PrimaryContainer: { Image: { Ref: 'Image' } } }, 'PrimaryContainer.Image'],
  [{ PrimaryContainer: { Image, Environment: { TOKEN: { 'Fn::Sub': 'canary' } } } }, 'PrimaryContainer.Environment.TOKEN'],
  [{ Containers: Array.from({ length: 16 }, () => ({ Image })) }, 'Containers'],
  [null, 'answer'],
])('%j is refused, and the reason names the place and no value', (definition, place) => {
  const refused = definitionFacts(definition, []);
  expect(refused).toEqual({ ok: false, reason: expect.stringContaining(place) });
  expect(JSON.stringify(refused)).not.toContain('canary');
});

test.each([
  ['repo:1', 'repo@sha256:d'],
  ['host:443/repo:1', 'host:443/repo@sha256:d'],
  ['host:443/repo', 'host:443/repo@sha256:d'],
  ['repo@sha256:old', 'repo@sha256:d'],
])('a package pins %s as %s', (image, pinned) => {
  expect(packageFacts([{ Image: image, ImageDigest: 'sha256:d' }], new Set()).containers[0]?.image).toBe(pinned);
});

test('a package without digest keeps its tag, and says what it knows of its artefacts', () => {
  const [container] = packageFacts(
    [{ Image, ModelDataUrl: 's3://a', ModelDataETag: 'e', AdditionalS3DataSource: { S3Uri: 's3://b', ETag: 'f' } }],
    new Set(),
  ).containers;
  expect(container).toMatchObject({
    image: Image,
    artefacts: [
      { uri: 's3://a', etag: 'e', role: 'MODEL' },
      { uri: 's3://b', etag: 'f', role: 'ADDITIONAL' },
    ],
  });
});
