import * as sdk from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { CREATOR_PROBE, type Trail } from '../aws/creators.ts';
import { invocationsProbe } from '../aws/invocations.ts';
import type { Probe } from '../aws/probe.ts';
import type { SagemakerClients } from './requests.ts';
import { everyRecord } from './search.ts';

const MORE = 'which only costs more requests';

/** Every action that a listing of a scope needs; a test holds it against what the deployed role is granted. */
export const SAGEMAKER_PROBES: readonly Probe<SagemakerClients & Trail>[] = [
  {
    action: 'sagemaker:ListEndpoints',
    call: ({ client }, _about, options) => client.send(new sdk.ListEndpointsCommand({ MaxResults: 1 }), options),
    finds: { endpoint: 'Endpoints.0.EndpointName', 'ARN of an endpoint': 'Endpoints.0.EndpointArn' },
  },
  {
    action: 'sagemaker:ListInferenceComponents',
    call: ({ client }, _about, options) => client.send(new sdk.ListInferenceComponentsCommand({ MaxResults: 1 }), options),
    finds: { 'inference component': 'InferenceComponents.0.InferenceComponentName' },
  },
  {
    action: 'sagemaker:ListModelPackages',
    call: ({ client }, _about, options) =>
      client.send(new sdk.ListModelPackagesCommand({ MaxResults: 1, ModelPackageType: 'Both' }), options),
    finds: { 'model package': 'ModelPackageSummaryList.0.ModelPackageArn' },
  },
  {
    action: 'sagemaker:Search',
    lost: MORE,
    call: ({ client }, _about, options) =>
      client.send(new sdk.SearchCommand({ Resource: 'Endpoint', SearchExpression: everyRecord('Endpoint'), MaxResults: 1 }), options),
  },
  {
    action: 'sagemaker:ListEndpointConfigs',
    lost: MORE,
    call: ({ client }, _about, options) => client.send(new sdk.ListEndpointConfigsCommand({ MaxResults: 1 }), options),
  },
  {
    action: 'sagemaker:ListModels',
    lost: MORE,
    call: ({ client }, _about, options) => client.send(new sdk.ListModelsCommand({ MaxResults: 1 }), options),
  },
  {
    action: 'sagemaker:DescribeEndpoint',
    about: 'endpoint',
    call: ({ client }, EndpointName, options) => client.send(new sdk.DescribeEndpointCommand({ EndpointName }), options),
    finds: { 'endpoint configuration': 'EndpointConfigName' },
  },
  {
    action: 'sagemaker:ListTags',
    about: 'ARN of an endpoint',
    call: ({ client }, ResourceArn, options) => client.send(new sdk.ListTagsCommand({ ResourceArn }), options),
  },
  {
    action: 'sagemaker:DescribeEndpointConfig',
    about: 'endpoint configuration',
    call: ({ client }, EndpointConfigName, options) => client.send(new sdk.DescribeEndpointConfigCommand({ EndpointConfigName }), options),
    finds: { model: 'ProductionVariants.0.ModelName' },
  },
  {
    action: 'sagemaker:DescribeModel',
    about: 'model',
    call: ({ client }, ModelName, options) => client.send(new sdk.DescribeModelCommand({ ModelName }), options),
  },
  {
    action: 'sagemaker:DescribeInferenceComponent',
    about: 'inference component',
    call: ({ client }, InferenceComponentName, options) =>
      client.send(new sdk.DescribeInferenceComponentCommand({ InferenceComponentName }), options),
  },
  {
    action: 'sagemaker:BatchDescribeModelPackage',
    about: 'model package',
    call: async ({ client }, arn, options) =>
      refusedInside(await client.send(new sdk.BatchDescribeModelPackageCommand({ ModelPackageArnList: [arn] }), options)),
  },
  invocationsProbe('AWS/SageMaker'),
  CREATOR_PROBE,
];

const errors = z.object({ BatchDescribeModelPackageErrorMap: z.record(z.string(), z.object({ ErrorCode: z.string() })).optional() });

/** A batch answers 200 and says of each package why it was refused. */
const refusedInside = (answer: unknown): unknown => {
  const [refused] = Object.values(errors.safeParse(answer).data?.BatchDescribeModelPackageErrorMap ?? {});
  if (refused !== undefined) throw Object.assign(new Error('refused inside a batch'), { name: refused.ErrorCode });
  return answer;
};
