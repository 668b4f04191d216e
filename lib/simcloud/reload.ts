import { without } from './call.ts';
import { type Estate, LONG_AGO } from './estate.ts';
import { populate } from './populate.ts';
import { RECORD_TIMES } from './records.ts';
import { createWorld, type Doc, type World } from './world.ts';

/**
 * Applies the difference between two estates. What changed without a new time of its own gets `now` (milliseconds), or a second after its last time if that is later:
 * an endpoint as its LastModifiedTime; a config or model, which AWS cannot change, as if deleted and created anew.
 */
export const reload = ({ world, from, to, now }: { world: World; from: Estate; to: Estate; now: number }): void => {
  const [before, after] = [createWorld(() => now), createWorld(() => now)];
  populate(before, from, now);
  populate(after, to, now);
  for (const arn of new Set([...before.arns(), ...after.arns()])) {
    const [was, is] = [before.get(arn), after.get(arn)];
    if (JSON.stringify(was) !== JSON.stringify(is)) world.put(arn, is ? { ...is, ...stamps(was, is, now / 1000) } : null);
  }
};

/** Every field that says when something was made or changed, the latter after the former. */
const TIMES = ['CreationTime', 'LastModifiedTime', ...RECORD_TIMES];
const secondsOf = (time: unknown): number => (typeof time === 'string' ? Date.parse(time) / 1000 : Number(time));

const stamps = (was: Doc | undefined, is: Doc, now: number): Doc => {
  const times = TIMES.filter(time => time in is);
  const stamp = (time: string, seconds: number) => [time, typeof is[time] === 'string' ? new Date(seconds * 1000).toISOString() : seconds];
  const unstated = times.filter(time => secondsOf(is[time]) === secondsOf(LONG_AGO));
  if (was === undefined) return Object.fromEntries(unstated.map(time => stamp(time, now)));
  const changed = times.at(-1) ?? '';
  const onlyTags = JSON.stringify(without(was, 'Tags', 'tags')) === JSON.stringify(without(is, 'Tags', 'tags'));
  return onlyTags || was[changed] !== is[changed] ? {} : Object.fromEntries([stamp(changed, Math.max(now, secondsOf(was[changed]) + 1))]);
};
