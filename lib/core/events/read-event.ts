import * as z from 'zod';
import { type Act, type ActKind, resourceOf } from '../act.ts';
import { DEPLOYMENT_KINDS, KINDS } from '../kinds.ts';
import { type CloudScope, scopeOfArn } from '../scope.ts';
import { plus } from '../time.ts';
import { resolveActor } from './actor.ts';
import { CALL, SERVICES, STATE_CHANGES } from './operations.ts';

/** Where to look, and who did what. Nothing of the state that an event tells is read: that is looked at. */
export interface Change {
  readonly outcome: 'CHANGE';
  readonly cloud: CloudScope;
  /** The deployment that it names, as `resourceOf` does; null: it names none that is of a kind we know. */
  readonly resource: string | null;
  readonly does: ActKind;
  /** null: the event comes from the service itself and names nobody. */
  readonly act: Act | null;
}

export type ReadEvent =
  | Change
  /** The call was refused or failed: it changed nothing, and says that somebody tried. */
  | { readonly outcome: 'ATTEMPT'; readonly cloud: CloudScope; readonly act: Act; readonly error: string }
  /** It is about something that serves no model. */
  | { readonly outcome: 'BESIDE'; readonly code: 'NO_DEPLOYMENT' }
  /** `code` is for machines, `reason` for people; neither holds text of the event. */
  | {
      readonly outcome: 'REFUSED';
      readonly code: 'NOT_JSON' | 'NO_EVENT' | 'UNKNOWN_EVENT' | 'UNKNOWN_OPERATION';
      readonly reason: string;
    };

const id = z.string().regex(/^[\w-]{1,64}$/, 'expected an id');
const envelopeSchema = z.object({
  source: z.string(),
  'detail-type': z.string(),
  account: z.string().regex(/^\d{12}$/, 'expected 12 digits'),
  region: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'expected a region'),
  resources: z.array(z.string()).default([]),
  detail: z.record(z.string(), z.unknown()),
});
type Envelope = z.infer<typeof envelopeSchema>;
const keptSchema = z.object({ recipientAccountId: envelopeSchema.shape.account, awsRegion: envelopeSchema.shape.region });

const fields = z.record(z.string(), z.unknown()).nullish();
const callSchema = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  eventTime: z.iso.datetime({ offset: true }),
  eventID: id,
  userIdentity: z.unknown(),
  errorCode: z.string().nullish(),
  requestParameters: fields,
  responseElements: fields,
});
type Call = z.infer<typeof callSchema>;

/** What one message of the queue says. Total: whatever the text is, there is an answer. */
export const readEvent = (text: string): ReadEvent => {
  const json = parseJson(text);
  if (json === undefined) return refused('NOT_JSON', 'the message is not JSON');
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return refused('NO_EVENT', problemIn('event', envelope.error));
  const { data } = envelope;
  return data['detail-type'] === CALL ? readCall({ ...data, heard: 'ANNOUNCED' }, data.detail) : readStateChange(data);
};

/** What one event says that CloudTrail keeps: the same call, without the envelope that announces one. */
export const readKept = (text: string): ReadEvent => {
  const json = parseJson(text);
  if (json === undefined) return refused('NOT_JSON', 'the event is not JSON');
  const kept = keptSchema.safeParse(json);
  if (!kept.success) return refused('NO_EVENT', problemIn('event', kept.error));
  const { recipientAccountId: account, awsRegion: region } = kept.data;
  return readCall({ source: null, account, region, heard: 'LOOKED_UP' }, json);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
};

type RefusalCode = Extract<ReadEvent, { outcome: 'REFUSED' }>['code'];
const refused = (code: RefusalCode, reason: string): ReadEvent => ({ outcome: 'REFUSED', code, reason });

/** The place of the first problem; places are names of our schemas, never of the event. */
const problemIn = (what: string, { issues: [issue] }: z.ZodError): string =>
  `${[what, ...(issue?.path ?? [])].join('.')} is not as AWS documents it`;

const readStateChange = ({ source, 'detail-type': type, account, region, resources, detail }: Envelope): ReadEvent => {
  if (source !== 'aws.sagemaker' || !STATE_CHANGES.includes(type))
    return refused('UNKNOWN_EVENT', 'an event of a source or type that no rule of ours asks for');
  const cloud: CloudScope = { provider: 'sagemaker', account, region };
  const named = [detail['EndpointArn'], ...resources].map(arn => resourceIn(cloud, arn)).find(resource => resource !== null);
  return { outcome: 'CHANGE', cloud, resource: named ?? null, does: 'changed', act: null };
};

interface From extends Pick<Envelope, 'account' | 'region'>, Pick<Act, 'heard'> {
  /** Of the envelope; null: there was none. */
  readonly source: string | null;
}

const readCall = ({ source, account, region, heard }: From, detail: unknown): ReadEvent => {
  const parsed = callSchema.safeParse(detail);
  if (!parsed.success) return refused('NO_EVENT', problemIn('detail', parsed.error));
  const { eventSource, eventName, eventTime, eventID, userIdentity, errorCode } = parsed.data;
  const service = own(SERVICES, eventSource);
  if (service === undefined || service.source !== (source ?? service.source))
    return refused('UNKNOWN_EVENT', 'a call of a service that no rule of ours asks for');
  const operation = own(service.operations, eventName);
  if (operation === undefined) return refused('UNKNOWN_OPERATION', 'a call that no rule of ours asks for');
  const cloud: CloudScope = { provider: service.provider, account, region };
  const act: Act = { actor: resolveActor(userIdentity), operation: eventName, at: plus(eventTime, 0), eventId: eventID, heard };
  if (errorCode != null) return { outcome: 'ATTEMPT', cloud, act, error: /^[\w.:-]{1,100}$/.test(errorCode) ? errorCode : 'UNREADABLE' };
  const filled = operation.names.map(name => fill(name, parsed.data) ?? '');
  const resource = filled.map(name => resourceIn(cloud, name) ?? known(cloud, name.toLowerCase())).find(each => each !== null) ?? null;
  // Anything can be tagged; what is not of a kind that we know serves no model.
  if (resource === null && /Tag(s|Resource)$/.test(eventName)) return { outcome: 'BESIDE', code: 'NO_DEPLOYMENT' };
  return { outcome: 'CHANGE', cloud, resource, does: operation.does, act };
};

/** Of a table whose keys come from elsewhere: `constructor` is no entry. */
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** A name with its places filled; undefined where the call says nothing of one, or nothing that could be part of a name. */
const fill = (name: string, call: Call): string | undefined => {
  const texts = name.split(PLACE).map((text, index) => (index % 2 === 0 ? text : saidIn(call, text)));
  return texts.every(text => text !== undefined) ? texts.join('') : undefined;
};

const PLACE = /\{([^}]+)\}/;

const saidIn = ({ requestParameters, responseElements }: Call, place: string): string | undefined => {
  const said = [requestParameters, responseElements].map(values => at(values, place.split('.'))).find(value => value != null);
  return typeof said === 'string' && PLAIN.test(said) ? said : undefined;
};

const at = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
  if (key === undefined) return value;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? at(Reflect.get(value, key), rest) : undefined;
};

/** ARNs and names are ASCII without spaces: nothing else gets into a key. */
const PLAIN = /^[\x21-\x7e]{1,1000}$/;

const resourceIn = (cloud: CloudScope, arn: unknown): string | null => {
  if (typeof arn !== 'string' || !PLAIN.test(arn)) return null;
  const { provider, account, region } = scopeOfArn(arn) ?? {};
  const here = provider === cloud.provider && account === cloud.account && region === cloud.region;
  return here ? known(cloud, resourceOf(arn)) : null;
};

const known = ({ provider }: CloudScope, resource: string): string | null => {
  const kinds = DEPLOYMENT_KINDS.filter(kind => KINDS[kind].provider === provider);
  return kinds.some(kind => new RegExp(`^${KINDS[kind].resource}$`).test(resource)) ? resource : null;
};
