import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScopeStatus } from '../../../lib/core/inventory.ts';
import type { KindListing } from '../../../lib/core/sighting.ts';
import { accountOf } from './estate.ts';
import { SETTINGS } from './live.ts';
import type { LawName } from './laws.ts';
import { inPort } from '../plants.ts';
import type { Plant } from '../timeline.ts';
import { TWIN_LAWS, type TwinLawName } from './twins.ts';
import { violations } from './watch.ts';
import { arbitraryPlainWorld, arbitraryWorld } from './world.ts';

const WORLDS = fc.sample(arbitraryWorld, { seed: 20261127, numRuns: 40 });
const PLAIN_WORLDS = fc.sample(arbitraryPlainWorld, { seed: 20261127, numRuns: 12 });

const emptied = (kind: KindListing): KindListing =>
  kind.status === 'COMPLETE' ? kind : { kind: kind.kind, status: 'COMPLETE', sightings: [], quarantined: [] };
const kindsAs = (change: (kind: KindListing) => KindListing): Plant =>
  inPort('source', real => ({
    list: async (...ask) => {
      const listing = await real.list(...ask);
      return { ...listing, kinds: listing.kinds.map(change) };
    },
  }));
const failureReadAsEmpty = kindsAs(emptied);

/** What was listed last stands in for what cannot be listed. */
const oldListing: Plant = deps => {
  const last = new Map<string, KindListing>();
  const list: typeof deps.source.list = async (...ask) => {
    const listing = await deps.source.list(...ask);
    const kinds = listing.kinds.map(kind => {
      const key = `${listing.scope} ${kind.kind}`;
      if (kind.status === 'COMPLETE') last.set(key, kind);
      return last.get(key) ?? kind;
    });
    return { ...listing, kinds };
  };
  return { ...deps, source: { ...deps.source, list } };
};

const withStatus = (change: (status: ScopeStatus) => ScopeStatus): Plant =>
  inPort('inventory', real => ({ putStatus: (status, epoch) => real.putStatus(change(status), epoch) }));
const withoutFailures = withStatus(status => ({
  ...status,
  kinds: Object.fromEntries(Object.entries(status.kinds).map(([kind, each]) => [kind, { ...each, failure: null }])),
}));
const absencesCountTwice = inPort('inventory', real => ({
  items: async scope =>
    (await real.items(scope)).map(item => (item.absentSince === null ? item : { ...item, absentSince: item.absentSince - 1 })),
}));
const describesSayGone = inPort('source', () => ({
  confirmGone: async (_scope, arns) => new Map(arns.map(arn => [arn, { answer: 'GONE' }])),
}));
const withPolicy =
  (policy: Partial<typeof SETTINGS.policy>): Plant =>
  deps => ({ ...deps, settings: { ...deps.settings, policy: { ...deps.settings.policy, ...policy } } });
/** The accounts that a list that failed would have named. */
const listReadAsEmpty: Plant = deps => ({
  ...deps,
  planner: async ask => {
    const plan = await deps.planner(ask);
    const isOut = plan.unlisted.some(({ scope }) => scope === 'organization');
    const home = accountOf(plan.scopes[0]?.scope ?? '');
    return { ...plan, scopes: plan.scopes.filter(({ scope }) => !isOut || accountOf(scope) === home) };
  },
});
const leavesAtOnce: Plant = deps => ({
  ...deps,
  planner: async ask => {
    const plan = await deps.planner(ask);
    const leaving = new Set(plan.unread.flatMap(each => (each.leaving && each.region === null ? [each.account] : [])));
    return { ...plan, scopes: plan.scopes.filter(({ scope }) => !leaving.has(accountOf(scope))) };
  },
});
const told = inPort('publisher', (real, { findings }) => ({
  publish: async message => {
    for (const each of message.members) await findings.writeTold(each.finding, each.receiver, each.told);
    return real.publish(message);
  },
}));
/** One failure makes everything fail that is asked after it. */
const failureSpreads: Plant = deps => {
  let failed = false;
  const list: typeof deps.source.list = async (...ask) => {
    const listing = await deps.source.list(...ask);
    failed ||= listing.kinds.some(({ status }) => status === 'NOT_CHECKED');
    const kinds = listing.kinds.map(
      ({ kind }): KindListing => ({ kind, status: 'NOT_CHECKED', failure: 'TRANSIENT', reason: 'circuit open' }),
    );
    return failed ? { ...listing, kinds } : listing;
  };
  return { ...deps, source: { ...deps.source, list } };
};

/** By law: bugs that it has to notice. */
const BUGS: Readonly<Record<LawName, Readonly<Record<string, Plant>>>> = {
  '1 unread changes nothing': { 'an old listing taken for a new one': oldListing },
  '2 a failure is never an empty answer': {
    'a failed listing read as empty': failureReadAsEmpty,
    'a failed list of accounts read as empty': listReadAsEmpty,
  },
  '3 coverage is known': {
    'a status that forgets why': withoutFailures,
    'a scope that is in no batch': inPort('inventory', real => ({
      startRun: async run => {
        const started = await real.startRun(run);
        return { ...started, run: { ...started.run, scopes: started.run.scopes.slice(1) } };
      },
    })),
    'coverage that is not recorded': inPort('findings', real => ({
      writeRecord: async write => (write.record.rule.startsWith('OPS') ? { outcome: 'WRITTEN' } : real.writeRecord(write)),
    })),
  },
  '4 what ends, ended for a reason': {
    'a failed describe read as gone': describesSayGone,
    'an absence that counts twice': absencesCountTwice,
  },
  'leaving takes two lists': { 'an account that leaves after one list': leavesAtOnce },
  '6 a mass change is held': {
    'no absence guard': withPolicy({ absenceGuardCount: 10_000 }),
    'no fold guard': withPolicy({ foldAbove: 10_000 }),
  },
  '7 n times is once': {
    'a slot that anybody may start': inPort('inventory', real => ({
      startRun: async run => ({ ...(await real.startRun(run)), outcome: 'RESUMED' }),
    })),
    'told that is never written': inPort('findings', () => ({ writeTold: async () => {} })),
  },
  '25 everything is bounded': {
    'a message for each notice': inPort('publisher', real => ({
      publish: async message => {
        for (const member of message.members) await real.publish({ ...message, members: [member] });
        return real.publish({ ...message, members: [] });
      },
    })),
    'a describe of everything that is remembered': inPort('source', (real, { inventory }) => ({
      list: async (scope, ask) => {
        const items = await inventory.items(`${scope.provider}/${scope.account}/${scope.region}`);
        await real.confirmGone(
          scope,
          items.map(({ arn }) => arn),
          ask.deadline,
        );
        return real.list(scope, ask);
      },
    })),
  },
  'findings are the reference’s': {
    'decisions lost on their way': inPort('registry', real => ({ put: each => real.put({ ...each, decisions: [] }) })),
  },
  'in the end all is well': {
    'told before it is published': told,
    'what is gone is never forgotten': inPort('source', () => ({
      confirmGone: async (_scope, arns) => new Map(arns.map(arn => [arn, { answer: 'PRESENT' }])),
    })),
  },
};
const onlyFirst = kindsAs(kind => (kind.status === 'COMPLETE' ? { ...kind, sightings: kind.sightings.slice(0, 1) } : kind));
const TWIN_BUGS: Readonly<Record<TwinLawName, Readonly<Record<string, Plant>>>> = {
  '8 order makes no difference': { 'only what comes first on a page': onlyFirst },
  '7 three times is once': { 'told that is never written': inPort('findings', () => ({ writeTold: async () => {} })) },
  'F22 who is blind is blind alone': { 'a failure that spreads': failureSpreads },
  'deny, then heal': { 'a failed listing read as empty': deps => describesSayGone(failureReadAsEmpty(deps)) },
};
const cases = <L extends string>(bugs: Readonly<Record<L, Readonly<Record<string, Plant>>>>) =>
  Object.entries(bugs).flatMap(([law, planted]) =>
    Object.entries(planted as Readonly<Record<string, Plant>>).map(([bug, plant]) => [law as L, bug, plant] as const),
  );

describe('in the same worlds', () => {
  it.each(cases(BUGS))('"%s" notices %s', { timeout: 60_000 }, async (law, _bug, plant) => {
    for (const world of WORLDS) if ((await violations(world, plant, () => {})).has(law)) return;
    expect.unreachable('no world shows it');
  });

  it.each(cases(TWIN_BUGS))('"%s" notices %s', { timeout: 60_000 }, async (law, _bug, plant) => {
    for (const world of PLAIN_WORLDS) if ((await TWIN_LAWS[law](world, plant)).length > 0) return;
    expect.unreachable('no world shows it');
  });
});
