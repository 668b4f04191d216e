import * as fc from 'fast-check';
import { FAILURES } from './estate.ts';
import { TWIN_LAWS, type TwinLawName } from './twins.ts';
import type { View } from './view.ts';
import { violations } from './watch.ts';
import { arbitraryPlainWorld, arbitraryWorld } from './world.ts';

/** How often what happened, so that no suite passes because nothing did. */
export type Counts = Map<string, number>;
/** What has to happen in any sample worth its name. */
const RUNS = ['RUN', 'PART', 'LATE', 'AGAIN', 'DUPLICATE', 'RECHECK', 'END', 'faulty', 'unanswered'];
const CHANGES = ['OPENED', 'FACT', 'ABSENT', 'SCOPE_RETIRED', 'held', 'folded'];
export const EVERYTHING: readonly string[] = [...RUNS, ...CHANGES, 'COMPLETE', ...FAILURES];

const countView = (counts: Counts, { happened, said, before, after, accepted }: View): void => {
  const count = (what: string, times: number): void => void counts.set(what, (counts.get(what) ?? 0) + times);
  count(happened.kind, 1);
  count('faulty', Number(happened.faulty));
  for (const { kind } of said.kinds) count(kind.status === 'NOT_CHECKED' ? kind.failure : 'COMPLETE', 1);
  for (const [key, { record }] of after.findings)
    if (before.findings.get(key)?.record.condition !== record.condition) count(record.cleared?.code ?? 'OPENED', 1);
  count('held', [...after.statuses.values()].filter(({ held }) => held !== null).length);
  count('folded', accepted.flatMap(({ members }) => members).filter(({ told }) => told.folded).length);
  count('unanswered', said.members.filter(each => each === undefined).length);
};

/** Whatever happens to three accounts: every law holds at every step. */
export const everyLaw = (counts: Counts) =>
  fc.asyncProperty(arbitraryWorld, async world => {
    const broken = await violations(
      world,
      deps => deps,
      view => countView(counts, view),
    );
    if (broken.size > 0) throw new Error([...broken].map(([law, what]) => `${law}: ${what}`).join('\n'));
  });

/** Two plays of one world, of which one is turned, end alike. */
export const everyTwinLaw = () =>
  fc.asyncProperty(arbitraryPlainWorld, async world => {
    for (const law of Object.keys(TWIN_LAWS) as TwinLawName[]) {
      const broken = await TWIN_LAWS[law](world, deps => deps);
      if (broken.length > 0) throw new Error(`${law}: ${broken.join('; ')}`);
    }
  });
