import { without } from './call.ts';
import { type Estate, LONG_AGO } from './estate.ts';
import { populate } from './populate.ts';
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

const stamps = (was: Doc | undefined, is: Doc, now: number): Doc => {
  const times = ['CreationTime', 'LastModifiedTime'].filter(time => is[time] === Date.parse(LONG_AGO) / 1000);
  if (was === undefined) return Object.fromEntries(times.map(time => [time, now]));
  const changed = 'LastModifiedTime' in is ? 'LastModifiedTime' : 'CreationTime';
  const onlyTags = JSON.stringify(without(was, 'Tags')) === JSON.stringify(without(is, 'Tags'));
  return onlyTags || was[changed] !== is[changed] ? {} : { [changed]: Math.max(now, Number(was[changed]) + 1) };
};
