import * as z from 'zod';
import { keptPosture } from '../aws/detail.ts';
import { deployedImage, rawEndpoint, time } from './shapes.ts';
import type { ReadComponent } from './translate/component.ts';
import type { ReadConfig } from './translate/endpoint.ts';
import type { ReadModel } from './translate/model.ts';

const text = z.string();
const maybe = text.nullable();

export const keptEndpoint = rawEndpoint;

export const keptConfig: z.ZodType<ReadConfig> = z.object({
  variants: z.array(z.object({ name: text, model: maybe, role: z.enum(['PRODUCTION', 'SHADOW']) })),
  createdAt: time,
  posture: keptPosture,
  asynchronous: z.boolean(),
});

const keptContainer = z.object({
  image: maybe,
  artefacts: z.array(z.object({ uri: text, etag: maybe, role: z.enum(['MODEL', 'ADDITIONAL', 'ADAPTER']) })),
  parameters: maybe,
  packageArn: maybe,
  inferenceSpecification: maybe,
  mode: z.enum(['SingleModel', 'MultiModel']),
});
export const keptModel: z.ZodType<ReadModel> = z.object({
  facts: z.object({ containers: z.array(keptContainer), execution: maybe }),
  createdAt: time,
  posture: keptPosture,
});

const keptSpecification = z.object({
  model: maybe,
  base: maybe,
  container: z.object({ image: deployedImage.nullable(), artefact: maybe, parameters: maybe }).nullable(),
});
export const keptComponent: z.ZodType<ReadComponent> = z.object({
  status: maybe,
  lastModified: time,
  specifications: z.array(keptSpecification),
});

/** Pairs, since their keys are anybody's text, and a map loses the key `__proto__`. */
export const keptTags = z.array(z.object({ Key: text, Value: text }));
