import { type BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import type { InvocationLogging, Listing } from '../../core/sighting.ts';
import { ofList } from '../aws/classify-error.ts';
import type { Probe } from '../aws/probe.ts';
import type { SendOptions, Session } from '../aws/session.ts';

interface Client {
  readonly bedrock: BedrockClient;
}

const ACTION = 'bedrock:GetModelInvocationLoggingConfiguration';
const send = ({ bedrock }: Client, options: SendOptions) => bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}), options);

/** On where there is a place to log to; which place is not read any further. */
const configuration = z
  .object({ loggingConfig: z.object({ cloudWatchConfig: z.object({}).optional(), s3Config: z.object({}).optional() }).optional() })
  .transform(
    ({ loggingConfig: { cloudWatchConfig, s3Config } = {} }): InvocationLogging => ({
      state: (cloudWatchConfig ?? s3Config) === undefined ? 'OFF' : 'ON',
    }),
  );

/** The listing with whether calls of models are logged in its region: one call, where there is anything to call. */
export const withLogging = async <T extends Pick<Listing, 'kinds'>>(
  session: Session & Client,
  listing: T,
): Promise<T & Pick<Listing, 'invocationLogging'>> => {
  if (listing.kinds.every(kind => kind.status === 'COMPLETE' && kind.sightings.length === 0)) return listing;
  const answer = await session.ask({ action: ACTION, send: options => send(session, options), schema: configuration });
  return { ...listing, invocationLogging: answer.ok ? answer.value : { state: 'UNREAD', ...ofList(answer.failure) } };
};

export const LOGGING_PROBE: Probe<Client> = { action: ACTION, call: (clients, _about, options) => send(clients, options) };
