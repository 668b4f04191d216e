import { artefactIdentity, composeModel } from '../../core/compose.ts';
import type { Part } from '../../core/composition.ts';
import { postureOf } from '../aws/detail.ts';
import { type Harmless, hashedEnvironment } from '../aws/fields.ts';
import { hashed } from '../aws/parts.ts';
import type { ReadVersion } from '../aws/version.ts';
import type { RawRuntime } from './shapes.ts';

type Code = NonNullable<RawRuntime['agentRuntimeArtifact']['codeConfiguration']>;

/** What a version of a runtime runs. Which model it asks is in its code, and shown to nobody. */
export const runtimeVersion = (raw: RawRuntime, harmless: Harmless): ReadVersion => {
  const { containerConfiguration, codeConfiguration } = raw.agentRuntimeArtifact;
  const protocol = raw.protocolConfiguration?.serverProtocol;
  return {
    parts: [
      ...containerParts({ image: containerConfiguration?.containerUri, environment: raw.environmentVariables, harmless }),
      ...(codeConfiguration === undefined ? [] : codeParts(codeConfiguration)),
      ...(protocol === undefined ? [] : [{ slot: 'protocol', kind: 'BEHAVIOUR', identity: protocol, pinned: true } as const]),
    ],
    posture: postureOf({
      role: raw.roleArn ?? null,
      network: raw.networkConfiguration ?? null,
      authorizer: raw.authorizerConfiguration ?? null,
      headers: raw.requestHeaderConfiguration ?? null,
    }),
  };
};

interface Container {
  readonly image: string | undefined;
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly harmless: Harmless;
}

/** As SageMaker's containers are, so that the same image and parameters are the same parts wherever they run. */
export const containerParts = ({ image, environment, harmless }: Container): readonly Part[] =>
  composeModel({
    containers: [
      {
        image: image ?? null,
        artefacts: [],
        parameters: hashedEnvironment(environment, harmless),
        packageArn: null,
        inferenceSpecification: null,
        mode: 'SingleModel',
      },
    ],
    execution: null,
  }).parts;

/** Code in S3 stands still only where a version of the object is named: it pins content as an ETag does. */
const codeParts = ({ code: { s3 }, runtime, entryPoint }: Code): readonly Part[] => [
  { slot: 'code', kind: 'ARTEFACT', ...artefactIdentity(`s3://${s3.bucket}/${s3.prefix}`, s3.versionId ?? null) },
  { slot: 'code', kind: 'BEHAVIOUR', identity: `${runtime} entry:${hashed(entryPoint)}`, pinned: true },
];
