import type { Part } from '../../core/composition.ts';
import { postureOf } from '../aws/detail.ts';
import { functionIdentity, hashed, hashedPart } from '../aws/parts.ts';
import type { ReadVersion } from '../aws/version.ts';
import type { RawGateway, RawTarget } from './shapes.ts';

/** What a gateway leads to, and whom it lets through: one that asks nobody who they are is another one than was approved. */
export const gatewayNow = (raw: RawGateway, targets: readonly RawTarget[]): ReadVersion => ({
  parts: [
    { slot: 'authorizer', kind: 'BEHAVIOUR', identity: raw.authorizerType, pinned: true },
    ...hashedPart('configuration', 'BEHAVIOUR', [
      raw.protocolType,
      raw.protocolConfiguration,
      raw.customTransformConfiguration,
      raw.interceptorConfigurations,
      raw.policyEngineConfiguration,
    ]),
    ...targets.flatMap(targetParts),
  ],
  posture: postureOf({
    role: raw.roleArn ?? null,
    key: raw.kmsKeyArn ?? null,
    authorizer: raw.authorizerConfiguration ?? null,
    credentials: targets.map(({ name, credentialProviderConfigurations }) => [name, credentialProviderConfigurations ?? null]).toSorted(),
  }),
});

/** What a target is, and the hash of all that it says of itself. All but a version of a function is served elsewhere and changes there. */
const targetParts = ({ name, targetConfiguration }: RawTarget): readonly Part[] => {
  const slot = `target/${name}`;
  return Object.entries(targetConfiguration).flatMap(([family, kinds]) => [
    ...Object.entries(kinds).map(([kind, configuration]): Part => {
      const lambda = kind === 'lambda' ? kinds.lambda : undefined;
      const served = lambda === undefined ? '' : ` ${lambda.lambdaArn}`;
      return {
        slot,
        kind: 'TOOL',
        identity: `${family}.${kind}${served} schema:${hashed(configuration ?? null)}`,
        pinned: lambda !== undefined && functionIdentity(lambda.lambdaArn).pinned && lambda.toolSchema?.s3 === undefined,
      };
    }),
    ...modelsOf(kinds).map((identity): Part => ({ slot, kind: 'MODEL', identity, pinned: false })),
  ]);
};

/** Models as a provider names them, or patterns that let several through. */
const modelsOf = ({ provider }: RawTarget['targetConfiguration'][string]): readonly string[] => [
  ...new Set((provider?.operations ?? []).flatMap(({ models = [] }) => models.map(({ model }) => model))),
];
