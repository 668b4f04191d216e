import { expect, it } from 'vitest';
import type { Act, ActKind } from '../../lib/core/act.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import type { InventoryStore } from '../../lib/ports.ts';
import { NOW, SCOPE } from '../support/builders.ts';
import { anAct, someActs } from '../support/events.ts';

const soon = plus(NOW, 5 * MINUTE);

/** What an inventory keeps of who did what; part of its contract. */
export const actsContract = (open: () => Promise<InventoryStore>): void => {
  it('keeps the latest act of each kind, in whatever order and however often they come', async () => {
    const store = await open();
    const [early, same, late] = [
      anAct({ at: plus(NOW, -1) }),
      anAct({ eventId: 'event-2' }),
      anAct({ at: soon, operation: 'UpdateEndpoint' }),
    ];
    const of = (kind: ActKind) => ({ scope: SCOPE, resource: 'endpoint/fraud-scorer', kind });
    expect(await store.acts(SCOPE)).toEqual([]);
    for (const act of [anAct(), same, same, early, anAct()]) await store.recordAct(of('created'), act);
    expect(await store.acts(SCOPE)).toEqual([someActs({ created: same })]);
    expect(await store.recordAct(of('changed'), late)).toEqual({ outcome: 'WRITTEN' });
    expect(await store.recordAct(of('changed'), anAct())).toMatchObject({ outcome: 'CONFLICT' });
    await store.recordAct({ ...of('created'), scope: 'other' }, early);
    expect(await store.acts(SCOPE)).toEqual([someActs({ created: same, changed: late })]);
  });

  it('keeps what was announced rather than what was looked up of the same call, in whatever order they come, and forgets either', async () => {
    const store = await open();
    const of = (resource: string) => ({ scope: SCOPE, resource, kind: 'created' }) as const;
    const lookedUp = anAct({ heard: 'LOOKED_UP' });
    const write = (resource: string, act: Act) => store.recordAct(of(resource), act);
    expect([await write('a', lookedUp), await write('a', anAct())]).toEqual([{ outcome: 'WRITTEN' }, { outcome: 'WRITTEN' }]);
    expect([await write('b', anAct()), await write('b', lookedUp)]).toMatchObject([{ outcome: 'WRITTEN' }, { outcome: 'CONFLICT' }]);
    await write('c', lookedUp);
    const stored = await store.acts(SCOPE);
    expect(stored).toEqual([someActs({ resource: 'a' }), someActs({ resource: 'b' }), someActs({ resource: 'c', created: lookedUp })]);
    for (const each of stored) await store.forgetActs(each);
    expect(await store.acts(SCOPE)).toEqual([]);
  });

  it('forgets acts as they were read, and none that came since', async () => {
    const store = await open();
    const of = { scope: SCOPE, resource: 'endpoint/fraud-scorer', kind: 'created' } as const;
    await store.recordAct(of, anAct());
    await store.recordAct({ ...of, kind: 'changed' }, anAct({ at: soon }));
    await store.forgetActs(someActs());
    const whole = someActs({ changed: anAct({ at: soon }) });
    expect(await store.acts(SCOPE)).toEqual([whole]);
    await store.forgetActs(whole);
    expect(await store.acts(SCOPE)).toEqual([]);
    await store.forgetActs(whole);
  });
};
