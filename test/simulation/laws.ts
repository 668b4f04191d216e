import { factsDigest, receiversOf } from '../../lib/core/decide-notice.ts';
import type { Answer, FindingRecord, StoredFinding, Told } from '../../lib/core/finding.ts';
import { verifyChain } from '../../lib/core/history.ts';
import type { MessageMember } from '../../lib/core/notice.ts';
import { SEVERITIES } from '../../lib/core/rule-catalog.ts';
import type { Instant } from '../../lib/core/time.ts';
import {
  asExpected,
  type Found,
  keyOf,
  listedIn,
  type Memory,
  openOn,
  pairs,
  same,
  shownOn,
  snapshot,
  type Snapshot,
  type View,
} from './reference.ts';
import { begin, type Happened, PLACES, type Plant, play, SCOPES, type Step } from './timeline.ts';

const worse = (a: string, b: string): boolean => SEVERITIES.findIndex(each => each === a) > SEVERITIES.findIndex(each => each === b);
export const machineSide = ({ told: _told, ...record }: FindingRecord) => record;
export const membersOf = ({ accepted }: Pick<View, 'accepted'>): readonly MessageMember[] => accepted.flatMap(({ members }) => members);
const stands = (answer: Answer | null | undefined, record: FindingRecord, now: Instant): boolean =>
  answer?.generation === record.generation && answer.composition === record.about.composition && answer.until > now;
const heardKey = (record: Pick<FindingRecord, 'rule' | 'subject'>, receiver: string) => `${keyOf(record)} ${receiver}`;

/** Who was told what, and what is stored. */
export interface Heard extends Found {
  readonly story: { readonly now: Instant };
  readonly memory: Pick<Memory, 'heard'>;
}

/** Of what is open, unanswered and not explained by another: everything that a receiver has not heard as it now is. */
export const unheard = (view: Heard, isDue: (record: FindingRecord) => boolean): string[] =>
  [...view.after.findings.values()].flatMap(({ record, response }) => {
    const answer = response?.answer;
    const isHidden = !shownOn(view, record.subject).includes(record);
    if (record.condition !== 'OPEN' || !isDue(record) || isHidden || stands(answer, record, view.story.now)) return [];
    return receiversOf(record).flatMap(receiver => {
      const told = view.memory.heard.get(heardKey(record, receiver))?.told;
      const isCurrent = told?.generation === record.generation && told.condition === 'OPEN' && told.facts === factsDigest(record);
      const ranOut = answer?.composition === record.about.composition && answer.until <= view.story.now;
      const isOver = answer?.generation === record.generation && (told?.at ?? '') <= (ranOut ? answer.until : answer.at);
      return isCurrent && !worse(record.severity, told.severity) && !isOver ? [] : [`${keyOf(record)} to ${receiver}`];
    });
  });

/** A crash right after the acceptance leaves it unknown; what ends before the next run then ends in silence, for nobody hears an end without a beginning. */
export const owedEnds = (view: Heard): string[] =>
  [...view.after.findings.values()].flatMap(({ record }) => {
    const ends = receiversOf(record).flatMap(receiver => view.memory.heard.get(heardKey(record, receiver)) ?? []);
    const owed = ends.some(
      ({ told, faulty }) => !faulty && told.generation === record.generation && told.condition === 'OPEN' && !told.folded,
    );
    return record.condition === 'CLEARED' && owed ? [`end of ${keyOf(record)}`] : [];
  });

const brokenChains = ({ before, after }: View): string[] =>
  [...after.findings].flatMap(([key, { record, response }]) => {
    const entries = after.histories.get(key) ?? [];
    const kept = (before.histories.get(key) ?? []).every(entry => entries.some(each => same(each, entry)));
    const heads = [['record', record.head] as const, ...(response ? [['response', response.head] as const] : [])];
    const chainOf = (chain: string) => entries.filter(each => each.chain === chain);
    const intact = heads.every(([chain, head]) => verifyChain(chainOf(chain), head).intact);
    return kept && intact ? [] : [key];
  });

/** A notice that says what the last one said, with no act of a person since that was due, is the same notice, and needs a fault as its cause. */
const repeats = (view: View, wrong: (told: Told, last: { readonly told: Told; readonly faulty: boolean }) => boolean): string[] => {
  const last = new Map(view.memory.heard);
  return membersOf(view).flatMap(({ finding, receiver, told }) => {
    const [key, response] = [heardKey(finding, receiver), view.after.findings.get(keyOf(finding))?.response];
    const before = last.get(key);
    last.set(key, { told, faulty: view.happened.faulty });
    const meaning = ({ generation, condition, severity, facts, reason }: Told) => ({ generation, condition, severity, facts, reason });
    const isAnsweredSince = [response?.answer, response?.release].some(act => act && act.at > (before?.told.at ?? ''));
    const isRepeat = before && !isAnsweredSince && same(meaning(before.told), meaning(told));
    return isRepeat && wrong(told, before) ? [`${told.reason} ${key}`] : [];
  });
};

const frozen = (view: View): string[] => {
  const unread = [...view.story.cloud.broken];
  const items = ({ items: all }: Snapshot) => all.filter(({ scope }) => unread.includes(scope));
  const moved = pairs(view).flatMap(([before, { record }]) => {
    const stays = before && same(machineSide(before.record), machineSide(record));
    return unread.includes(record.scope) && record.rule !== 'APR-03' && !stays ? [keyOf(record)] : [];
  });
  return [...moved, ...(same(items(view.before), items(view.after)) ? [] : ['items'])];
};

const SIDES = ['count', 'findings', 'histories', 'items', 'statuses', 'memos', 'outgoing'] as const;
const changed = ({ before, after }: View, ...sides: (typeof SIDES)[number][]): string[] => {
  const plain = (value: unknown) => (value instanceof Map ? [...value] : value);
  return sides.filter(side => !same(plain(before[side]), plain(after[side])));
};
const STEADY = new Set(['takeLease', 'releaseLease', 'putStatus', 'startRun', 'updateRun'].map(name => `inventory.${name}`));
const isWrite = (name: string) => /\.(put|remove|write|copy|leave|take|release|start|update|publish)/.test(name);

const openedAnew = (view: View): string[] =>
  pairs(view).flatMap(([before, { record }]) => {
    const { condition, generation } = before?.record ?? { condition: 'CLEARED', generation: 0 };
    const live = view.story.cloud.live.get(record.subject.slice(4));
    const isOther = live !== undefined && view.memory.judged.get(keyOf(record))?.createdAt !== live.createdAt;
    const rise = record.generation - generation;
    const opens = record.condition === 'OPEN' && condition === 'CLEARED';
    return (opens ? rise === 1 : rise === 0 || (isOther && rise === 1)) ? [] : [keyOf(record)];
  });

const recreated = (view: View): string[] =>
  listedIn(view).flatMap(({ arn, createdAt }) =>
    shownOn(view, `dep:${arn}`).flatMap(record => {
      const judged = view.memory.judged.get(keyOf(record));
      return judged && judged.createdAt !== createdAt && record.generation <= judged.generation ? [keyOf(record)] : [];
    }),
  );

const absentTooSoon = (view: View): string[] =>
  pairs(view).flatMap(([before, { record }]) => {
    if (before?.record.condition !== 'OPEN' || record.cleared?.code !== 'ABSENT') return [];
    const [arn, isCounting] = [record.subject.slice('dep:'.length), ['RUN', 'LATE'].includes(view.happened.kind)];
    return isCounting && (view.memory.missing.get(arn) ?? 0) >= 2 && !view.story.cloud.live.has(arn) ? [] : [keyOf(record)];
  });

const toldInSpite = (view: View): string[] =>
  membersOf(view).flatMap(({ finding, told }) => {
    const { record, response } = view.after.findings.get(keyOf(finding))!;
    const resent = view.before.outgoing.some(({ message }) => message.members.some(each => each.told.notice === told.notice));
    return told.condition === 'OPEN' && !resent && stands(response?.answer, record, view.story.now) ? [keyOf(record)] : [];
  });

const differs = (view: View, side: (finding: StoredFinding) => unknown): string[] =>
  pairs(view).flatMap(([before, after]) => (same(before && side(before), side(after)) ? [] : [keyOf(after.record)]));
const isUrgent = ({ severity, rule }: FindingRecord) => ['HIGH', 'CRITICAL'].includes(severity) && !rule.startsWith('OPS');

/** Every law by what it demands; the answer is what breaks it. Repeats come first: they are held against what was heard before this step. */
export const LAWS = {
  'a repeat keeps its id': view => repeats(view, (told, last) => told.notice !== last.told.notice),
  'a repeat needs a fault': view => repeats(view, (_told, last) => !last.faulty && !view.happened.faulty),
  'what is not read stays': frozen,
  'absent takes two complete slots and a describe': absentTooSoon,
  'what was read is judged as the reference judges it': asExpected,
  'one finding per rule and subject': ({ after }) => (after.findings.size === after.count ? [] : ['a second record']),
  'nothing is forgotten': ({ before, after }) => [...before.findings.keys()].filter(key => !after.findings.has(key)),
  'nothing stays open on what is gone': view =>
    PLACES.flatMap(({ arn }) => (view.story.cloud.live.has(arn) ? [] : openOn(view, `dep:${arn}`))).map(keyOf),
  'the same slot again changes nothing': view =>
    membersOf(view).some(({ told }) => told.reason === 'RELEASED')
      ? []
      : [...changed(view, ...SIDES), ...membersOf(view).map(({ told }) => told.reason)],
  'another holder of the slot is a duplicate': view => [
    ...changed(view, ...SIDES),
    ...(view.happened.reached === 'DUPLICATE' ? [] : ['ran']),
  ],
  'a scope that is being read is busy for others': ({ happened: { scopes, reached }, story }) =>
    scopes.filter(scope => (reached === 'BUSY') !== story.reading.has(scope)),
  'a late observer changes nothing': view =>
    view.happened.scopes.some(scope => view.memory.overtaken.has(scope)) ? changed(view, ...SIDES) : [],
  'a steady state writes and sends nothing': view =>
    view.happened.steadyCalls
      ? [
          ...view.happened.steadyCalls.filter(name => isWrite(name) && !STEADY.has(name)),
          ...changed(view, 'findings', 'histories', 'items', 'memos'),
          ...SCOPES.filter(scope => !view.happened.scopes.includes(scope)),
        ]
      : [],
  'machines never change a response': view => differs(view, ({ response }) => response),
  'people never change a record': view => [
    ...differs(view, ({ record }) => record),
    ...changed(view, 'items', 'statuses', 'memos', 'outgoing'),
  ],
  'history never changes and its chains hold': brokenChains,
  'a generation rises when it opens again or is another deployment': openedAnew,
  'a deployment created anew is another generation': recreated,
  'an answer that stands keeps us silent': toldInSpite,
  'what is urgent is heard in the same run': view => (view.happened.reached === 'TOLD' ? unheard(view, isUrgent) : []),
  'everything owed is heard in the end': view => [
    ...unheard(view, ({ severity }) => severity !== 'INFO'),
    ...owedEnds(view),
    ...view.after.outgoing.map(({ message }) => message.subject),
  ],
  'no end without a beginning': view =>
    membersOf(view).flatMap(({ finding, receiver, told }) => {
      const heard = heardKey(finding, receiver);
      return told.reason === 'RESOLVED' && !view.memory.announced.has(`${heard} ${told.generation}`) ? [heard] : [];
    }),
} satisfies Record<string, (view: View) => readonly string[]>;
export type Law = keyof typeof LAWS;

/** Laws that hold of some events only; all others hold of each. */
const ONLY: Readonly<Partial<Record<Law, readonly Happened['kind'][]>>> = {
  'what is not read stays': ['RUN', 'AGAIN', 'RECHECK', 'DUPLICATE'],
  'what was read is judged as the reference judges it': ['RUN'],
  'nothing stays open on what is gone': ['END'],
  'the same slot again changes nothing': ['AGAIN'],
  'another holder of the slot is a duplicate': ['DUPLICATE'],
  'a scope that is being read is busy for others': ['RECHECK'],
  'a late observer changes nothing': ['LATE'],
  'machines never change a response': ['RUN', 'AGAIN', 'DUPLICATE', 'RECHECK', 'LATE'],
  'people never change a record': ['PERSON'],
  'a deployment created anew is another generation': ['RUN'],
  'what is urgent is heard in the same run': ['RUN'],
  'everything owed is heard in the end': ['END'],
};

/** What is known before the laws are asked: who was missing, who has heard of what. */
const remember = ({ memory, happened, story, accepted }: View): void => {
  const isLate = happened.kind === 'LATE' && happened.reached === 'DONE';
  for (const { arn, scope } of happened.kind === 'RUN' || isLate ? PLACES : []) {
    const isListed = story.cloud.live.has(arn) && !story.cloud.unlisted.has(arn);
    if (story.cloud.broken.has(scope)) continue;
    // What an unfinished run saw is not known: it may have counted an absence, and cannot have ended one.
    if (isLate || !isListed) memory.missing.set(arn, (memory.missing.get(arn) ?? 0) + 1);
    else if (happened.scopes.includes(scope)) memory.missing.set(arn, 0);
  }
  for (const scope of happened.scopes) {
    if (happened.kind === 'RUN') memory.overtaken.add(scope);
    else if (happened.reached === 'BUSY') memory.overtaken.delete(scope);
  }
  for (const { finding, receiver, told } of accepted.flatMap(({ members }) => members))
    if (told.condition === 'OPEN') memory.announced.add(`${heardKey(finding, receiver)} ${told.generation}`);
};
export const hear = ({
  memory,
  happened,
  accepted,
}: Pick<View, 'accepted'> & { memory: Heard['memory']; happened: { faulty: boolean } }): void => {
  for (const { finding, receiver, told } of membersOf({ accepted }))
    memory.heard.set(heardKey(finding, receiver), { told, faulty: happened.faulty });
};
const rememberJudged = (view: View): void => {
  const { memory, happened, story, before, after } = view;
  const judged = new Set(happened.kind === 'RUN' ? listedIn(view).flatMap(({ arn }) => shownOn(view, `dep:${arn}`)) : []);
  for (const { record } of after.findings.values()) {
    const live = story.cloud.live.get(record.subject.slice(4));
    const isNew = before.findings.get(keyOf(record))?.record.generation !== record.generation;
    if (record.condition === 'CLEARED' || happened.kind === 'LATE') memory.judged.delete(keyOf(record));
    else if (live && (isNew || judged.has(record)))
      memory.judged.set(keyOf(record), { createdAt: live.createdAt, generation: record.generation });
  }
};

/** Plays a timeline and holds every step against every law. What broke each law first; `readThrough`: the bug is in what is stored. */
export const violations = async (steps: readonly Step[], plant?: Plant, readThrough = false): Promise<ReadonlyMap<Law, string>> => {
  const story = begin(plant);
  const memory: Memory = { missing: new Map(), judged: new Map(), heard: new Map(), announced: new Set(), overtaken: new Set() };
  const found = new Map<Law, string>();
  const stores = readThrough ? story.deps : story.stored;
  await play(story, steps, async doing => {
    const [before, count] = [await snapshot(stores), story.accepted.length];
    const happened = await doing();
    const view: View = { story, happened, before, after: await snapshot(stores), accepted: story.accepted.slice(count), memory };
    remember(view);
    for (const law of Object.keys(LAWS) as Law[]) {
      if (law === 'what is not read stays') hear(view);
      const broken = (ONLY[law]?.includes(happened.kind) ?? true) && !found.has(law) ? LAWS[law](view) : [];
      if (broken.length > 0) found.set(law, `${happened.kind} ${happened.slot} ${happened.reached}: ${broken.slice(0, 3).join('; ')}`);
    }
    rememberJudged(view);
  });
  return found;
};
