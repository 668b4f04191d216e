import type { Sighting } from '../../core/sighting.ts';
import type { Metric } from '../aws/invocations.ts';

const metric = (dimensions: Metric['dimensions']): Metric => ({ Namespace: 'AWS/SageMaker', dimensions });

/** Where the calls of a deployment are counted: by variant, or by component. Shadow variants only see what production ones were asked. */
export const metricsOf = ({ kind, name, detail }: Sighting): readonly Metric[] => {
  if (kind === 'INFERENCE_COMPONENT') return [metric({ InferenceComponentName: name })];
  if (detail.state === 'UNKNOWN' || detail.shown?.asynchronous === true) return [];
  const variants = detail.units.filter(({ role }) => role === 'PRODUCTION');
  return variants.map(unit => metric({ EndpointName: name, VariantName: unit.name }));
};
