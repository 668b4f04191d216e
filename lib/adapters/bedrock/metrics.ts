import type { DeploymentKind } from '../../core/kinds.ts';
import type { Sighting } from '../../core/sighting.ts';
import type { Metric } from '../aws/invocations.ts';

/** What is called by its own name. Who calls an agent, a flow or a prompt is counted elsewhere, and where a profile or router leads is not theirs alone. */
const COUNTED: readonly DeploymentKind[] = ['PROVISIONED_THROUGHPUT', 'CUSTOM_MODEL_DEPLOYMENT', 'IMPORTED_MODEL'];

/** CloudWatch counts by what the caller passed as the model: an ARN, or the id in it. */
export const metricsOf = ({ kind, arn }: Sighting): readonly Metric[] =>
  COUNTED.includes(kind)
    ? [arn, arn.split('/').at(-1) ?? arn].map((ModelId): Metric => ({ Namespace: 'AWS/Bedrock', dimensions: { ModelId } }))
    : [];
