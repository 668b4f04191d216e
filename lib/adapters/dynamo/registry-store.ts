import { chunksOf } from '../../core/chunks.ts';
import { digestOf } from '../../core/digest.ts';
import { registrationKeys } from '../../core/match-keys.ts';
import type { Decision, Registration } from '../../core/registration.ts';
import type { RegistryStore, UnreadableItem, WriteOutcome } from '../../ports.ts';
import * as db from './client.ts';
import type { Item, Table } from './client.ts';
import { decisionItem, registrationItem } from './registry-items.ts';
import * as schema from './schema.ts';

type Declared = Omit<Registration, 'decisions'>;
type Found = Awaited<ReturnType<RegistryStore['all']>>;

/** Decisions are read model by model; this many at once. */
const AT_ONCE = 25;
const DECISION_TRIES = 5;

/** Registrations, decisions and match items in the Registry table. */
export const dynamoRegistryStore = (table: Table): RegistryStore => ({
  get: name => getRegistration(table, name),
  // Registrations first: a decision is written before the registration it came with, so none is missed.
  all: async () => {
    const declared = await db.scan(table, schema.LEADING.registration);
    return assemble(declared, await db.scan(table, schema.LEADING.decision));
  },
  claiming: keys => claiming(table, keys),
  put: registration => put(table, registration),
  renew: registration => renew(table, registration),
  remove: (name, revision) => removeRegistration(table, name, revision),
});

const getRegistration = async (table: Table, name: string): Promise<Registration | undefined> => {
  const item = await db.getItem(table, schema.registrationKey(name));
  if (item === undefined) return undefined;
  const { registrations, unreadable } = assemble([item], await decisionItems(table, name));
  const [problem] = unreadable;
  if (problem)
    throw new TypeError(
      `the registration of ${name} in table ${table.name} is unreadable: ${problem.reason}; repair the item, or remove it and apply the manifest`,
    );
  return registrations[0];
};

const decisionItems = (table: Table, model: string): Promise<readonly Item[]> =>
  Array.fromAsync(db.partition(table, schema.decisionsOf(model)));

/** A registration with an unreadable decision is left out as a whole: without its revocation an approval would stand. */
const assemble = (declared: readonly Item[], decided: readonly Item[]): Found => {
  const decisions = new Map<string, Decision[]>();
  const unreadable = new Map<string, string>();
  for (const item of decided) {
    const parsed = decisionItem.safeParse(item);
    const model = String(item['model'] ?? item['pk']);
    if (!parsed.success) unreadable.set(model, `decision ${String(item['sk'])}: ${db.problemOf(parsed.error)}`);
    else decisions.set(model, [...(decisions.get(model) ?? []), parsed.data.decision]);
  }
  const registrations: Registration[] = [];
  for (const item of declared) {
    const parsed = registrationItem.safeParse(item);
    const name = String(item['name'] ?? item['pk']);
    if (!parsed.success) unreadable.set(name, db.problemOf(parsed.error));
    else if (!unreadable.has(name)) registrations.push({ ...parsed.data, decisions: decisions.get(name) ?? [] });
  }
  return { registrations: registrations.toSorted((a, b) => (a.name < b.name ? -1 : 1)), unreadable: reported(unreadable) };
};

const reported = (unreadable: ReadonlyMap<string, string>): readonly UnreadableItem[] =>
  [...unreadable].map(([item, reason]) => ({ item, reason }));

/** A key costs a read unit to ask for, whether or not anything is there; a page of a table, 1 MB, costs 256. */
const KEYS_A_PAGE = 256;

const claiming = async (table: Table, keys: readonly string[]): Promise<Found> => {
  const asked = new Set(keys);
  const { registrations, unreadable } = (await wholeWithin(table, asked.size)) ?? (await hinted(table, keys));
  return { registrations: registrations.filter(one => registrationKeys(one).some(key => asked.has(key))), unreadable };
};

/**
 * Every registration, where reading the table twice costs no more than asking for so many keys: a scope of thousands of deployments has several
 * keys for each. undefined: it costs more, or one of them is unreadable, and only hints say whether it was asked for.
 */
const wholeWithin = async (table: Table, keys: number): Promise<Found | undefined> => {
  const most = Math.floor(keys / (2 * KEYS_A_PAGE));
  const declared = await db.scanWithin(table, schema.LEADING.registration, most);
  const decided = declared && (await db.scanWithin(table, schema.LEADING.decision, most));
  const found = decided && assemble(declared, decided);
  return found?.unreadable.length === 0 ? found : undefined;
};

/** Match items are hints: what they lead to is verified, and a hint that outlived its registration is dropped. */
const hinted = async (table: Table, keys: readonly string[]): Promise<Found> => {
  const hints = await db.getItems(table, keys.map(schema.matchKey));
  const names = [...new Set(hints.flatMap(modelsOf))];
  const declared = await db.getItems(table, names.map(schema.registrationKey));
  const decided: Item[] = [];
  for (const some of chunksOf(names, AT_ONCE)) decided.push(...(await Promise.all(some.map(name => decisionItems(table, name)))).flat());
  return assemble(declared, decided);
};

/** A match item has one attribute per model, so that two models never write over each other's. */
const hintOf = (model: string): string => `model:${model}`;
const modelsOf = (hints: Item): readonly string[] =>
  Object.keys(hints).flatMap(attribute => (attribute.startsWith('model:') ? [attribute.slice('model:'.length)] : []));

const put = async (table: Table, registration: Registration): Promise<WriteOutcome> => {
  const { decisions, ...declared } = registration;
  const previous = await db.getItem(table, schema.registrationKey(declared.name));
  // Asked before anything is written, so that an ordinary conflict leaves nothing behind; the condition below decides.
  if (!isNext(previous, declared)) return db.conflict(notRevision(declared.name, declared.revision - 1));
  const keys = registrationKeys({ ...declared, decisions: [...(await storedDecisions(table, declared.name)), ...decisions] });
  const token = digestOf(declared);
  for (const key of keys) await db.update(table, schema.matchKey(key), { set: { [hintOf(declared.name)]: token } });
  if (!(await addDecisions(table, declared.name, decisions)))
    return db.conflict(`decisions on ${declared.name} are being written by others`);
  const done = await writeDeclared(table, declared);
  if (done) await removeHints(table, previous, new Set(keys));
  return db.written(done, notRevision(declared.name, declared.revision - 1));
};

/** Only what is missing or of another revision is written: an apply that changes nothing writes nothing. A hint of a registration that has moved on is verified on reading, like any. */
const renew = async (table: Table, registration: Registration): Promise<void> => {
  const { decisions: _decisions, ...declared } = registration;
  const [hint, token] = [hintOf(declared.name), digestOf(declared)];
  const keys = registrationKeys(registration).map(schema.matchKey);
  const there = new Set((await db.getItems(table, keys)).flatMap(item => (item[hint] === token ? [String(item['pk'])] : [])));
  for (const key of keys) if (!there.has(key.pk)) await db.update(table, key, { set: { [hint]: token } });
};

/** Decisions that no manifest repeats still lead to their model. */
const storedDecisions = async (table: Table, model: string): Promise<readonly Decision[]> =>
  (await decisionItems(table, model)).flatMap(item => decisionItem.safeParse(item).data?.decision ?? []);

const notRevision = (name: string, revision: number): string =>
  revision === 0
    ? `${name} is registered already: read it and apply again`
    : `${name} is no longer at revision ${revision}: read it and apply again`;

const isNext = (stored: Item | undefined, declared: Declared): boolean =>
  (stored?.['revision'] ?? 0) === declared.revision - 1 || isStored(stored, declared);

/** Whether exactly this is stored already: a write whose answer was lost, sent again. */
const isStored = (stored: Item | undefined, declared: Declared): boolean => {
  const parsed = registrationItem.safeParse(stored);
  return parsed.success && digestOf(parsed.data) === digestOf(declared);
};

const writeDeclared = async (table: Table, declared: Declared): Promise<boolean> => {
  const key = schema.registrationKey(declared.name);
  const condition =
    declared.revision === 1
      ? { expression: 'attribute_not_exists(pk)' }
      : { expression: 'revision = :cPrevious', values: { ':cPrevious': declared.revision - 1 } };
  return (await db.update(table, key, { set: { ...declared }, condition })) || isStored(await db.getItem(table, key), declared);
};

/** Adds what is not stored yet, after what is. False: others kept adding at the same time. */
const addDecisions = async (table: Table, model: string, decisions: readonly Decision[]): Promise<boolean> => {
  for (let tried = 0; tried < DECISION_TRIES; tried += 1) {
    const stored = await decisionItems(table, model);
    const known = new Set(stored.map(item => digestOf(item['decision'])));
    const added = new Map(decisions.map(decision => [digestOf(decision), decision] as const).filter(([digest]) => !known.has(digest)));
    if (await addAfter(table, model, Number(stored.at(-1)?.['seq'] ?? 0), [...added.values()])) return true;
  }
  return false;
};

const addAfter = async (table: Table, model: string, last: number, decisions: readonly Decision[]): Promise<boolean> => {
  for (const [index, decision] of decisions.entries()) {
    const seq = last + 1 + index;
    if (!(await db.putIfAbsent(table, schema.decisionKey(model, seq), { model, seq, decision }))) return false;
  }
  return true;
};

const removeRegistration = async (table: Table, name: string, revision: number): Promise<WriteOutcome> => {
  const key = schema.registrationKey(name);
  const previous = await db.getItem(table, key);
  const done = await db.remove(table, key, { expression: 'revision = :cRevision', values: { ':cRevision': revision } });
  if (done) await removeHints(table, previous, new Set());
  return db.written(done, notRevision(name, revision));
};

/** Removes the hints that only the previous revision gave, unless somebody has renewed them since: then the token is theirs. */
const removeHints = async (table: Table, previous: Item | undefined, keep: ReadonlySet<string>): Promise<void> => {
  const parsed = registrationItem.safeParse(previous);
  if (!parsed.success) return;
  const names = { '#cHint': hintOf(parsed.data.name) };
  const condition = { expression: '#cHint = :cToken', names, values: { ':cToken': digestOf(parsed.data) } };
  const stale = registrationKeys({ ...parsed.data, decisions: [] }).filter(key => !keep.has(key));
  for (const key of stale) await db.update(table, schema.matchKey(key), { remove: '#cHint', condition });
};
