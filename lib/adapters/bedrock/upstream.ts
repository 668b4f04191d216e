import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { baseModelsOf } from '../../core/model-use.ts';
import type { Listing, Sighting, UpstreamModel } from '../../core/sighting.ts';
import { type Answer, ofList } from '../aws/classify-error.ts';
import type { Beside } from '../aws/kind-source.ts';
import type { Session } from '../aws/session.ts';
import type { Clients } from './reader.ts';
import { text, time } from './shapes.ts';

const model: z.ZodType<UpstreamModel> = z
  .object({ modelId: text, modelLifecycle: z.object({ status: text, legacyTime: time, endOfLifeTime: time }) })
  .transform(({ modelId, modelLifecycle: { status, legacyTime, endOfLifeTime } }) => ({
    model: modelId,
    status,
    legacyAt: legacyTime,
    endOfLifeAt: endOfLifeTime,
  }));

/** A model in a form that we cannot read is one that is not listed: of it nothing is known. */
const catalogue = z
  .object({ modelSummaries: z.array(z.unknown()) })
  .transform(
    ({ modelSummaries }) => new Map(modelSummaries.flatMap(each => model.safeParse(each).data ?? []).map(each => [each.model, each])),
  );
type Catalogue = z.output<typeof catalogue>;

const readCatalogue = ({ ask, bedrock }: Session & Pick<Clients, 'bedrock'>): Promise<Answer<Catalogue>> =>
  ask({
    action: 'bedrock:ListFoundationModels',
    send: options => bedrock.send(new ListFoundationModelsCommand({}), options),
    schema: catalogue,
  });

/** The lifecycles of all models that the region offers, in one call. */
export const readUpstream: Beside<Pick<Clients, 'bedrock'>> = async session => {
  const models = await readCatalogue(session);
  return listing => withUpstream(listing, models);
};

/** A listing in which every deployment has the lifecycles of the models that it rests on. */
export const withUpstream = (listing: Listing, models: Answer<Catalogue>): Listing => {
  const upstreamOf = (sighting: Sighting): Sighting['upstream'] =>
    models.ok && sighting.detail.state === 'KNOWN' ? baseModelsOf(sighting).flatMap(each => models.value.get(each) ?? []) : null;
  const kinds = listing.kinds.map(kind =>
    kind.status === 'COMPLETE' ? { ...kind, sightings: kind.sightings.map(each => ({ ...each, upstream: upstreamOf(each) })) } : kind,
  );
  return { ...listing, kinds, ...(models.ok ? {} : { upstreamUnread: ofList(models.failure) }) };
};
