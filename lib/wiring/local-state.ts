import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { documentClient } from '../adapters/dynamo/client.ts';
import { createTables } from '../adapters/dynamo/create-tables.ts';
import { dynamoDescriptionCache } from '../adapters/dynamo/description-cache.ts';
import { dynamoFindingStore } from '../adapters/dynamo/finding-store.ts';
import { dynamoInventoryStore } from '../adapters/dynamo/inventory-store.ts';
import { dynamoRegistryStore } from '../adapters/dynamo/registry-store.ts';
import { startEmbeddedDynamo } from '../adapters/local/embedded-dynamo.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { elapsed, type Instant, plus } from '../core/time.ts';
import type { Clock, DescriptionCache, FindingStore, InventoryStore, RegistryStore } from '../ports.ts';

/** What the local mode keeps, in the directory it is started from. */
export const STATE_DIRECTORY = '.rollcall';
export const OUTBOX = path.join(STATE_DIRECTORY, 'outbox');
const DATABASE = path.join(STATE_DIRECTORY, 'db');
const SESSION = path.join(STATE_DIRECTORY, 'session.json');
const TABLE_NAMES = { registry: 'rollcall-registry', inventory: 'rollcall-inventory', findings: 'rollcall-findings' };

/** `endpoint`: where a running `rollcall start` serves its tables; `offset`: milliseconds from the wall clock to the sample's time. */
const sessionSchema = z.object({ endpoint: z.string().nullable(), offset: z.number(), settings: z.string() });
export type LocalSession = z.infer<typeof sessionSchema>;

export interface LocalStores {
  readonly registry: RegistryStore;
  readonly inventory: InventoryStore;
  readonly descriptions: DescriptionCache;
  readonly findings: FindingStore;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

export const forgetLocalState = (): void => rmSync(STATE_DIRECTORY, { recursive: true, force: true });

export const writeSession = (session: LocalSession): void => {
  mkdirSync(STATE_DIRECTORY, { recursive: true });
  writeFileSync(SESSION, `${JSON.stringify(session)}\n`);
};

/** Throws an Error with the next step when there is no local store yet. */
export const readSession = (): LocalSession => {
  if (!existsSync(SESSION))
    throw new Error('there is no local store in this directory: start one with `npm start`, or name a deployed Rollcall with --stack');
  return sessionSchema.parse(JSON.parse(readFileSync(SESSION, 'utf8')));
};

/** The clock of the session: the wall clock, moved to where the sample began. */
export const offsetClock = (offset: number): Clock => ({ now: () => plus(systemClock.now(), offset) });
export const offsetTo = (instant: Instant): number => elapsed(systemClock.now(), instant);

/** The stores of this directory: those of a running `rollcall start`, else opened here. The files can be open once only. */
export const openLocalStores = async (session: { readonly endpoint: string | null }): Promise<LocalStores> => {
  if (session.endpoint !== null && (await answers(session.endpoint))) return storesAt(session.endpoint, async () => {});
  const { endpoint, close } = await startEmbeddedDynamo({ path: DATABASE });
  return storesAt(endpoint, close);
};

/** Any answer will do: only a running server gives one. */
const answers = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    // Nobody listens: the session's process has ended.
    return false;
  }
};

const storesAt = async (endpoint: string, close: () => Promise<void>): Promise<LocalStores> => {
  const client = documentClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  await createTables(client, TABLE_NAMES);
  return {
    registry: dynamoRegistryStore({ client, name: TABLE_NAMES.registry }),
    inventory: dynamoInventoryStore({ client, name: TABLE_NAMES.inventory }),
    descriptions: dynamoDescriptionCache({ client, name: TABLE_NAMES.inventory }),
    findings: dynamoFindingStore({ client, name: TABLE_NAMES.findings }),
    endpoint,
    close: async () => {
      client.destroy();
      await close();
    },
  };
};
