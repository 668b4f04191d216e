import { ListTagsForResourceCommand } from '@aws-sdk/client-bedrock';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { KINDS } from '../../core/kinds.ts';
import { CREATOR_PROBE, type Trail } from '../aws/creators.ts';
import { invocationsProbe } from '../aws/invocations.ts';
import type { Probe } from '../aws/probe.ts';
import { UPSTREAM_PROBE } from '../aws/upstream.ts';
import { AGENT_PROBES } from './agents/probes.ts';
import { LOGGING_PROBE } from './logging.ts';
import type { Clients } from './reader.ts';
import { SUMMARY_KINDS } from './source.ts';

/** Every action that a listing of a scope needs: each list, one description of what was found in it, and the tags of the last. */
export const BEDROCK_PROBES: readonly Probe<Clients & Trail>[] = [
  ...SUMMARY_KINDS.flatMap(({ kind, list, get }): readonly Probe<Clients>[] => {
    const about = `ARN of a ${KINDS[kind].title}`;
    return [
      {
        action: list.action,
        call: ({ bedrock }, _about, options) => list.send(bedrock, undefined, options),
        finds: { [about]: list.arn, ARN: list.arn },
      },
      { action: get.action, about, call: ({ bedrock }, arn, options) => get.send(bedrock, arn, options) },
    ];
  }),
  {
    action: 'bedrock:ListTagsForResource',
    about: 'ARN',
    call: ({ bedrock }, resourceARN, options) => bedrock.send(new ListTagsForResourceCommand({ resourceARN }), options),
  },
  UPSTREAM_PROBE,
  LOGGING_PROBE,
  {
    action: 'cloudwatch:ListMetrics',
    call: ({ cloudwatch }, _about, options) =>
      cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/Bedrock', MetricName: 'Invocations' }), options),
  },
  invocationsProbe('AWS/Bedrock'),
  CREATOR_PROBE,
  ...AGENT_PROBES,
];
