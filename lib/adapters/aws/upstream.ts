import { type BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { baseModelsOf } from '../../core/model-use.ts';
import type { Listing, Sighting, UpstreamModel } from '../../core/sighting.ts';
import { type Answer, ofList } from './classify-error.ts';
import { instantOf } from './fields.ts';
import type { Probe } from './probe.ts';
import type { SendOptions, Session } from './session.ts';

const text = z.string().min(1);
const time = z.date().optional().transform(instantOf);

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

interface Client {
  readonly bedrock: BedrockClient;
}
const ACTION = 'bedrock:ListFoundationModels';
const send = ({ bedrock }: Client, options: SendOptions) => bedrock.send(new ListFoundationModelsCommand({}), options);

const readCatalogue = (session: Session & Client): Promise<Answer<Catalogue>> =>
  session.ask({ action: ACTION, send: options => send(session, options), schema: catalogue });

export const UPSTREAM_PROBE: Probe<Client> = { action: ACTION, call: (clients, _about, options) => send(clients, options) };

/** The lifecycles of all models that the region offers, in one call. */
export const readUpstream = async (session: Session & Client): Promise<(listing: Listing) => Listing> => {
  const models = await readCatalogue(session);
  return listing => withUpstream(listing, models);
};

/** A listing in which every deployment has the lifecycles of the models that it rests on. */
export const withUpstream = (listing: Listing, models: Answer<Catalogue>): Listing => {
  const upstreamOf = (sighting: Sighting): Sighting['upstream'] => {
    if (sighting.detail.state === 'UNKNOWN') return null;
    const rests = baseModelsOf(sighting);
    if (rests.length === 0) return undefined;
    return models.ok ? rests.flatMap(each => models.value.get(each) ?? []) : null;
  };
  const kinds = listing.kinds.map(kind =>
    kind.status === 'COMPLETE' ? { ...kind, sightings: kind.sightings.map(each => ({ ...each, upstream: upstreamOf(each) })) } : kind,
  );
  return { ...listing, kinds, ...(models.ok ? {} : { upstreamUnread: ofList(models.failure) }) };
};
