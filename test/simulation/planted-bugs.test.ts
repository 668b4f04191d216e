import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, FindingKey, HistoryEntry, StoredFinding } from '../../lib/core/finding.ts';
import { sealEntry } from '../../lib/core/history.ts';
import type { Registration } from '../../lib/core/registration.ts';
import type { KindListing } from '../../lib/core/sighting.ts';
import type { FindingStore } from '../../lib/ports.ts';
import { type Law, violations } from './laws.ts';
import { forced, inPort, UNFENCED } from './plants.ts';
import { arbitraryTimeline, type Plant } from './timeline.ts';
import { archived, CRASHED } from './told-timelines.ts';

/** What takes a crash at one call, or a month between two others, is no matter of luck. */
const TIMELINES = [...fc.sample(arbitraryTimeline, { seed: 20261124, numRuns: 120 }), archived({}), ...CRASHED];

const whenRead = (change: (finding: StoredFinding) => StoredFinding): Plant =>
  inPort('findings', real => ({ inScope: async scope => (await real.inScope(scope)).map(change) }));
const answered = (change: (finding: StoredFinding) => Partial<Answer>): Plant =>
  whenRead(each => {
    const { record, response } = each;
    return response?.answer ? { record, response: { ...response, answer: { ...response.answer, ...change(each) } } } : each;
  });

const emptied = (kind: KindListing): KindListing =>
  kind.status === 'COMPLETE' ? kind : { kind: kind.kind, status: 'COMPLETE', sightings: [], quarantined: [] };

const wipeAnswer = async (real: FindingStore, key: FindingKey): Promise<void> => {
  const response = (await real.get(key))?.response;
  if (!response) return;
  const { seq, hash: previous } = response.head;
  const by = { at: '2026-11-23T00:00:00.000Z', by: 'rollcall', event: 'WIPED', detail: {} };
  const entry = sealEntry({ chain: 'response', seq: seq + 1, previous, ...by });
  await real.writeResponse({ response: { ...response, answer: null, head: { seq: seq + 1, hash: entry.hash } }, entry }, seq);
};

const oldCopy: Plant = inPort('registry', real => {
  const first = new Map<string, Registration>();
  const old = (each: Registration) => first.get(each.name) ?? (first.set(each.name, each), each);
  return { claiming: async keys => ({ registrations: (await real.claiming(keys)).registrations.map(old), unreadable: [] }) };
});
const told = { notice: 'n-0', reason: 'OPENED', folded: false, condition: 'OPEN', facts: '' } as const;

/** By law: bugs that it has to notice. */
const BUGS: Readonly<Partial<Record<Law, Readonly<Record<string, Plant>>>>> = {
  'what is not read stays': {
    'a failed listing read as empty': inPort('source', real => ({
      list: async (...ask) => {
        const listing = await real.list(...ask);
        return { ...listing, kinds: listing.kinds.map(emptied) };
      },
    })),
  },
  'absent takes two complete slots and a describe': {
    'a failed describe read as gone': inPort('source', () => ({
      confirmGone: async (_scope, arns) => new Map(arns.map(arn => [arn, { answer: 'GONE' }])),
    })),
  },
  'the same slot again changes nothing': {
    'an absence counted at each repetition of a slot': inPort('inventory', real => ({
      status: async scope => {
        const status = await real.status(scope);
        const kinds = Object.entries(status?.kinds ?? {}).map(([kind, each]) => [kind, { ...each, lastCompleteAt: null }]);
        return status && { ...status, kinds: Object.fromEntries(kinds) };
      },
    })),
  },
  'a late observer changes nothing': {
    'a stale observer that wins': deps => Object.values(UNFENCED).reduce((each, plant) => plant(each), deps),
  },
  'a scope that is being read is busy for others': {
    'a lease that is always granted': inPort('inventory', real => ({
      takeLease: async (name, holder, now, until) => {
        const lease = await real.takeLease(name, holder, now, until);
        return lease.granted ? lease : real.takeLease(name, holder, lease.until, until);
      },
    })),
  },
  'another holder of the slot is a duplicate': {
    'a slot that anybody may start': inPort('inventory', real => ({
      startRun: async run => ({ ...(await real.startRun(run)), outcome: 'RESUMED' }),
    })),
  },
  'everything owed is heard in the end': {
    'told before it is published': inPort('publisher', (real, { findings }) => ({
      publish: async message => {
        for (const each of message.members) await findings.writeTold(each.finding, each.receiver, each.told);
        return real.publish(message);
      },
    })),
    'a crash that forgets what was on its way': inPort('inventory', () => ({ outgoing: async () => [] })),
  },
  'what is urgent is heard in the same run': {
    'a publish that is swallowed': inPort('publisher', () => ({ publish: async () => 'swallowed' })),
    'an answer that survives a new composition': answered(({ record }) => ({ composition: record.about.composition })),
    'an answer that survives a new generation': answered(({ record }) => ({ generation: record.generation })),
    'an answer that never ends': answered(() => ({ until: '2030-01-01T00:00:00.000Z' })),
  },
  'an answer that stands keeps us silent': { 'an answer that is not heeded': whenRead(({ record }) => ({ record, response: undefined })) },
  'a repeat needs a fault': {
    'told that is never written': inPort('findings', () => ({ writeTold: async () => {} })),
    'told that is written for the wrong receiver': inPort('findings', real => ({
      writeTold: (key, _of, notice) => real.writeTold(key, 'security', notice),
    })),
  },
  'a repeat keeps its id': {
    'ids that are new at each attempt': inPort('inventory', real => ({
      putOutgoing: async each => {
        const members = each.message.members.map(member => ({
          ...member,
          told: { ...member.told, notice: `${member.told.notice}-again` },
        }));
        return real.putOutgoing({ ...each, message: { ...each.message, members } });
      },
    })),
  },
  'no end without a beginning': {
    'an end that nobody heard the beginning of': whenRead(({ record, response }) => {
      const { condition, generation, severity, changedAt: at, told: heard } = record;
      return {
        record: condition === 'OPEN' ? record : { ...record, told: { security: { ...told, generation, severity, at }, ...heard } },
        response,
      };
    }),
  },
  'history never changes and its chains hold': {
    'history that is written over': inPort('findings', real => ({
      history: async key =>
        (await real.history(key)).map((entry, at, all): HistoryEntry => (at < all.length - 1 ? { ...entry, detail: {} } : entry)),
    })),
  },
  'machines never change a response': {
    'a machine that wipes the answer': inPort('findings', real => ({
      writeRecord: async write => (await wipeAnswer(real, write.record), real.writeRecord(write)),
    })),
  },
  'people never change a record': {
    'an answer that clears the finding': inPort('findings', real => ({
      writeResponse: async (write, seq) => {
        const record = (await real.get(write.response))?.record;
        if (record) await forced(real, { record: { ...record, condition: 'CLEARED' }, entry: write.entry });
        return real.writeResponse(write, seq);
      },
    })),
  },
  'what was read is judged as the reference judges it': {
    'decisions lost on their way': inPort('registry', real => ({ put: each => real.put({ ...each, decisions: [] }) })),
    'a registry that is read from an old copy': oldCopy,
  },
  'a generation rises when it opens again or is another deployment': {
    'a new generation under the old number': inPort('findings', real => ({
      writeRecord: write => real.writeRecord({ ...write, record: { ...write.record, generation: 1 } }),
    })),
    'what is archived opened as new': inPort('findings', real => ({
      writeRecord: async write => {
        const done = await real.writeRecord(write);
        return done.outcome === 'CONFLICT' && write.entry.event === 'OPEN' ? forced(real, write) : done;
      },
    })),
  },
  'nothing is forgotten': {
    'an archive in which nothing is found': inPort('findings', real => ({
      withIdPrefix: async prefix => {
        const found = await real.withIdPrefix(prefix);
        const here = await Promise.all([...new Set(found.map(({ record }) => record.scope))].map(real.inScope));
        const ids = new Set(here.flat().map(({ record }) => record.id));
        return found.filter(({ record }) => ids.has(record.id));
      },
    })),
  },
  'a steady state writes and sends nothing': {
    'a copy in the archive of what never leaves': inPort('findings', () => ({ leavePartition: async () => ({ outcome: 'WRITTEN' }) })),
    'what is archived and never comes back': inPort('findings', real => ({
      get: async key => (await real.inScope(key.scope)).find(({ record }) => record.rule === key.rule && record.subject === key.subject),
    })),
    'what is gone is never forgotten': inPort('inventory', () => ({ removeItem: async () => ({ outcome: 'WRITTEN' }) })),
  },
};
const PLANTED = Object.entries(BUGS).flatMap(([law, bugs]) =>
  Object.entries(bugs).map(([bug, plant]) => [law as Law, bug, plant] as const),
);

describe('on the same timelines', () => {
  it.each(PLANTED)('"%s" notices %s', { timeout: 60_000 }, async (law, _bug, plant) => {
    const isInStore = law === 'history never changes and its chains hold' || law === 'nothing is forgotten';
    for (const steps of TIMELINES) if ((await violations(steps, plant, isInStore)).has(law)) return;
    expect.unreachable('no timeline shows it');
  });

  it('no law is broken where no bug is planted', { timeout: 120_000 }, async () => {
    for (const steps of TIMELINES) expect(Object.fromEntries(await violations(steps))).toEqual({});
  });
});
