import { GetInferenceProfileCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { modelArn, modelParts, PAGE, status, text, time } from './shapes.ts';
import type { SummaryKind } from './summary-kind.ts';

const item = z
  .object({
    inferenceProfileName: text,
    inferenceProfileArn: text,
    models: z.array(z.object({ modelArn })).min(1),
    status,
    createdAt: time,
    updatedAt: time,
  })
  .transform(raw => ({
    name: raw.inferenceProfileName,
    arn: raw.inferenceProfileArn,
    status: raw.status,
    createdAt: raw.createdAt,
    lastModified: raw.updatedAt,
    pending: null,
    parts: modelParts(raw.models.map(each => each.modelArn)),
  }));

/** Profiles that somebody here made. Those that AWS defines are its catalogue, and nobody's deployment. */
export const INFERENCE_PROFILE: SummaryKind = {
  kind: 'INFERENCE_PROFILE',
  presence: new Map([['ACTIVE', 'SERVING']]),
  list: {
    action: 'bedrock:ListInferenceProfiles',
    field: 'inferenceProfileSummaries',
    arn: 'inferenceProfileSummaries.0.inferenceProfileArn',
    send: (client, nextToken, options) =>
      client.send(new ListInferenceProfilesCommand({ ...PAGE, typeEquals: 'APPLICATION', nextToken }), options),
  },
  item,
  get: {
    action: 'bedrock:GetInferenceProfile',
    send: (client, arn, options) => client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }), options),
  },
};
