import { BedrockClient, type BedrockClientConfig } from '@aws-sdk/client-bedrock';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { createAgentcoreSource } from '../adapters/agentcore/source.ts';
import { byProvider } from '../adapters/aws/by-provider.ts';
import { createBedrockSource } from '../adapters/bedrock/source.ts';
import { createSagemakerSource } from '../adapters/sagemaker/source.ts';
import type { CloudScope } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import type { Clock, DescriptionCache, ListingSource } from '../ports.ts';

export interface LiveSourceDeps {
  readonly settings: Pick<Settings, 'providers' | 'policy' | 'artefactEtags'>;
  readonly clock: Clock;
  /** What was read in earlier runs; absent: nothing is kept. */
  readonly cache?: DescriptionCache | undefined;
  /** Where, as whom and how often the clients of a scope ask. */
  readonly optionsFor: (
    scope: CloudScope,
  ) => Pick<BedrockClientConfig, 'region' | 'endpoint' | 'credentials' | 'requestHandler' | 'retryMode' | 'maxAttempts'>;
}

/** What lives in the scopes of every provider, each read by its own adapter. */
export const liveSource = ({ settings, clock, cache, optionsFor }: LiveSourceDeps): ListingSource => {
  const asksBedrock = settings.providers.includes('bedrock');
  return byProvider({
    sagemaker: createSagemakerSource({
      clientsFor: scope => {
        const options = optionsFor(scope);
        return {
          client: new SageMakerClient(options),
          cloudwatch: new CloudWatchClient(options),
          bedrock: asksBedrock ? new BedrockClient(options) : undefined,
          s3For: settings.artefactEtags ? place => new S3Client(optionsFor(place)) : undefined,
        };
      },
      settings: settings.policy,
      clock,
      cache,
    }),
    bedrock: createBedrockSource({
      clientsFor: scope => {
        const options = optionsFor(scope);
        return { bedrock: new BedrockClient(options), cloudwatch: new CloudWatchClient(options), agents: new BedrockAgentClient(options) };
      },
      clock,
      cache,
    }),
    agentcore: createAgentcoreSource({
      clientsFor: scope => {
        const options = optionsFor(scope);
        return { agentcore: new BedrockAgentCoreControlClient(options), bedrock: new BedrockClient(options) };
      },
      settings: settings.policy,
      clock,
      cache,
    }),
  });
};
