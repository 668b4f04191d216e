import { type BedrockClient, ListTagsForResourceCommand } from '@aws-sdk/client-bedrock';
import { KINDS } from '../../core/kinds.ts';
import type { Probe } from '../aws/probe.ts';
import { SUMMARY_KINDS } from './source.ts';

/** Every action that a listing of a scope needs: each list, then one description and the tags of what was found. */
export const BEDROCK_PROBES: readonly Probe<BedrockClient>[] = SUMMARY_KINDS.flatMap(({ kind, list, get }) => {
  const about = `ARN of a ${KINDS[kind].title}`;
  return [
    {
      action: list.action,
      call: (client, _about, options) => list.send(client, undefined, options),
      finds: { [about]: list.arn, ANY: list.arn },
    },
    { action: get.action, about, call: get.send },
  ] satisfies Probe<BedrockClient>[];
}).concat([
  {
    action: 'bedrock:ListTagsForResource',
    about: 'ANY',
    call: (client, resourceARN, options) => client.send(new ListTagsForResourceCommand({ resourceARN }), options),
  },
]);
