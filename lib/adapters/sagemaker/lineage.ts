import * as sdk from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { elapsed, type Instant } from '../../core/time.ts';
import { READ_ONCE, REMEMBERED } from '../aws/call-count.ts';
import { type Answer, ifRead } from '../aws/classify-error.ts';
import type { Harmless } from '../aws/fields.ts';
import type { Memory, Recalled } from '../aws/memory.ts';
import { once } from '../aws/once.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import { type ReadEtag, withEtags } from './artefact-etags.ts';
import { keptConfig, keptModel } from './kept.ts';
import { listMade, type SelectedKind } from './list-made.ts';
import { IN_SEARCH, LISTED_AS_BEFORE, type SagemakerSession } from './requests.ts';
import { isRecent, searchModels } from './search.ts';
import * as shapes from './shapes.ts';
import type { Etags, Models } from './translate/detail.ts';
import { type ReadConfig, readConfig } from './translate/endpoint.ts';
import { readModel } from './translate/model.ts';

/** What a deployment selected by its name, and when; null where that is not known. */
export type Selection = readonly [name: string, selectedAt: Instant | null];

/** Names that deployments selected → when the last of them did. */
export type Selected = ReadonlyMap<string, Instant | null>;

const latestOf = (all: readonly Selection[]): Selected => {
  const latest = new Map<string, Instant | null>();
  for (const [name, at] of all) {
    const known = latest.get(name);
    if (known === undefined || (known !== null && (at === null || elapsed(known, at) > 0))) latest.set(name, at);
  }
  return latest;
};

/** Configurations and models that deployments selected. Both are immutable, so one answer serves all. */
export interface Lineage {
  readonly configs: (selections: readonly Selection[]) => Promise<ReadonlyMap<string, Answer<ReadConfig>>>;
  readonly models: (selections: readonly Selection[]) => Promise<Models>;
  /** ETags of artefacts that no model holds. An artefact is looked at once in a listing, and again in the next: its content can change. */
  readonly etags: (uris: readonly string[]) => Promise<Etags>;
}

export interface LineageDeps {
  readonly session: SagemakerSession;
  readonly memory: Memory;
  readonly harmless: Harmless;
  readonly readEtag: ReadEtag;
}

export const createLineage = ({ session, memory, harmless, readEtag }: LineageDeps): Lineage => {
  const etag = once(new Map(), readEtag);
  const configs: Shelf<ReadConfig> = {
    ...selectedThings(memory, 'CONFIG', keptConfig),
    spare: why => session.spare('sagemaker:DescribeEndpointConfig', why),
    list: due => listMade(session, 'CONFIG', due),
    inBulk: async () => new Map(),
    alone: name => describeConfig(session, name),
  };
  const models = {
    ...selectedThings(memory, 'MODEL', keptModel),
    spare: (why: string) => session.spare('sagemaker:DescribeModel', why),
    list: (due: ReadonlySet<string>) => listMade(session, 'MODEL', due),
    inBulk: (wanted: Selected) => searchModels(session, { wanted, harmless }),
    alone: (name: string) => describeModel(session, name, harmless),
  };
  return {
    configs: selections => readAll(configs, selections, session.now()),
    models: async selections => eachOf(await readAll(models, selections, session.now()), (_name, model) => withEtags(model, etag)),
    etags: uris => eachOf(new Map(uris.map(uri => [uri, null])), etag),
  };
};

const describeConfig = async ({ ask, client }: SagemakerSession, EndpointConfigName: string): Promise<Answer<ReadConfig>> => {
  const answer = await ask({
    action: 'sagemaker:DescribeEndpointConfig',
    send: options => client.send(new sdk.DescribeEndpointConfigCommand({ EndpointConfigName }), options),
    schema: shapes.rawEndpointConfig,
  });
  return ifRead(answer, readConfig);
};

const describeModel = async ({ ask, client }: SagemakerSession, ModelName: string, harmless: Harmless) => {
  const answer = await ask({
    action: 'sagemaker:DescribeModel',
    send: options => client.send(new sdk.DescribeModelCommand({ ModelName }), options),
    schema: shapes.rawModel,
  });
  return ifRead(answer, raw => readModel(raw, harmless));
};

interface Shelf<T> extends SelectedThings<T> {
  /** When those of these names that lists show were made. */
  readonly list: (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, Instant>>;
  /** As many as a few requests can give. */
  readonly inBulk: (wanted: Selected) => Promise<ReadonlyMap<string, T>>;
  readonly alone: (name: string) => Promise<Answer<T>>;
  readonly spare: (why: string) => void;
}

interface SelectedThings<T> {
  readonly recall: (name: string, selectedAt: Instant | null) => Recalled<T> | undefined;
  /** TOGETHER: all of a kind are due at one moment of the day, so that a few pages of a list can prove them. ALONE: each at its own. */
  readonly keep: (name: string, kept: Kept<T>, due: 'TOGETHER' | 'ALONE') => void;
}

interface Kept<T> {
  readonly selectedAt: Instant | null;
  readonly of: T;
}

/**
 * What stands under a name can be deleted and made anew. But what was read under it after a deployment had selected it is all that can
 * be said of that deployment until it is changed again: what is younger than the selection is not what it runs. So a description holds
 * for every selection up to the last one before it was read, and is read anew for a later one. All these times are of one clock, SageMaker's.
 */
const selectedThings = <T>(memory: Memory, kind: SelectedKind, schema: z.ZodType<T>): SelectedThings<T> => {
  const entry = z.object({ selectedAt: z.string(), of: schema });
  return {
    recall: (name, at) => {
      if (at === null) return undefined;
      const found = memory.recall(`${kind}#${name}`, entry, ({ selectedAt }) => elapsed(at, selectedAt) >= 0);
      return found && { ...found, value: found.value.of };
    },
    keep: (name, kept, due) => {
      if (kept.selectedAt !== null) memory.keep(`${kind}#${name}`, kept, due === 'TOGETHER' ? kind : `${kind}#${name}`);
    },
  };
};

const readAll = async <T extends Made>(
  shelf: Shelf<T>,
  selections: readonly Selection[],
  now: Instant,
): Promise<ReadonlyMap<string, Answer<T>>> => {
  const wanted = latestOf(selections);
  selections.slice(wanted.size).forEach(() => shelf.spare(READ_ONCE));
  const { known, due } = await recallAll(shelf, wanted);
  const keep = (name: string, of: T): void =>
    shelf.keep(name, { selectedAt: wanted.get(name) ?? null, of }, due.has(name) ? 'ALONE' : 'TOGETHER');
  const unread = new Map([...wanted].filter(([name]) => !known.has(name)));
  for (const [name, value] of await shelf.inBulk(unread)) {
    shelf.spare(IN_SEARCH);
    known.set(name, value);
    // What an index says of a change this young is good enough for one listing, and not for a day.
    if (!isRecent(wanted.get(name) ?? null, now)) keep(name, value);
  }
  return eachOf(wanted, async name => {
    const value = known.get(name);
    if (value !== undefined) return { ok: true, value };
    const answer = await shelf.alone(name);
    if (answer.ok) keep(name, answer.value);
    return answer;
  });
};

interface Made {
  readonly createdAt: Instant | null;
}

/**
 * What is kept and holds. Neither configurations nor models can be changed: one that is due, and that its list still shows as made at the
 * same time, is the one that was read. `due`: what no list proves.
 */
const recallAll = async <T extends Made>(shelf: Shelf<T>, wanted: Selected) => {
  const known = new Map<string, T>();
  const due = new Map<string, T>();
  for (const [name, at] of wanted) {
    const found = shelf.recall(name, at);
    if (found === undefined) continue;
    if (found.read !== 'DUE') shelf.spare(found.read === 'NOW' ? READ_ONCE : REMEMBERED);
    (found.read === 'DUE' ? due : known).set(name, found.value);
  }
  for (const [name, createdAt] of await shelf.list(new Set(due.keys()))) {
    const of = due.get(name);
    if (of?.createdAt !== createdAt) continue;
    shelf.spare(LISTED_AS_BEFORE);
    shelf.keep(name, { selectedAt: wanted.get(name) ?? null, of }, 'TOGETHER');
    known.set(name, of);
    due.delete(name);
  }
  return { known, due };
};

const eachOf = async <V, R>(map: ReadonlyMap<string, V>, read: (name: string, value: V) => Promise<R>): Promise<ReadonlyMap<string, R>> =>
  new Map(await sideBySide(map, async ([name, value]) => [name, await read(name, value)] as const));
