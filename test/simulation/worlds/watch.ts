import type { Said } from './estate.ts';
import { LAWS, type LawName } from './laws.ts';
import { type Live, SETTINGS } from './live.ts';
import type { Plant } from '../timeline.ts';
import { type Happened, play, type Playing } from './play.ts';
import { newMemory, remember, rememberAfter, snapshot, type View } from './view.ts';
import type { World } from './world.ts';

/** Nothing is turned: no bug, one order, each function once, nothing else wrong. */
export const PLAIN: Omit<Playing, 'watch'> = {
  plant: deps => deps,
  settings: SETTINGS,
  inOrder: values => values,
  times: 1,
  alsoWrong: () => [],
};

/** Takes what the cloud has said so far, and lets it begin anew. */
const takeSaid = ({ said }: Live): Said => {
  const taken = {
    kinds: [...said.kinds],
    threw: new Set(said.threw),
    gone: new Map(said.gone),
    members: [...said.members],
    regions: new Map(said.regions),
  };
  said.kinds.length = 0;
  said.members.length = 0;
  for (const each of [said.threw, said.gone, said.regions]) each.clear();
  return taken;
};

/** Plays a world and holds everything that happens against every law: what broke each of them first. `seen` hears of all that happened. */
export const violations = async (world: World, plant: Plant, seen: (view: View) => void): Promise<ReadonlyMap<LawName, string>> => {
  const found = new Map<LawName, string>();
  const memory = newMemory();
  const watch = async (live: Live, doing: () => Promise<Happened>): Promise<void> => {
    const [before, count] = [await snapshot(live, undefined), live.accepted.length];
    takeSaid(live);
    const happened = await doing();
    const after = await snapshot(live, happened.slot);
    const view: View = { live, happened, said: takeSaid(live), before, after, accepted: live.accepted.slice(count), memory };
    remember(view);
    for (const law of Object.keys(LAWS) as LawName[]) {
      const broken = found.has(law) ? [] : LAWS[law](view);
      if (broken.length > 0) found.set(law, `${happened.kind} ${happened.slot} ${happened.reached}: ${broken.slice(0, 3).join('; ')}`);
    }
    rememberAfter(view);
    seen(view);
  };
  await play(world, { ...PLAIN, plant, watch });
  return found;
};
