import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import type { FindingRecord } from '../../lib/core/finding.ts';
import { sealEntry } from '../../lib/core/history.ts';
import { REGISTRY_SCOPE } from '../../lib/core/scope.ts';
import { DAY, plus } from '../../lib/core/time.ts';
import type { WriteOutcome } from '../../lib/ports.ts';
import { aRecord, aRegistration, aSighting, aStatus, anItem, NOW, someSettings } from './builders.ts';
import { aTold } from './owed.ts';

/** An open finding of `model`, owned by Kim and Dana as the builder says. */
export const aFindingOf = (id: string, model: string, over: Partial<FindingRecord> = {}): FindingRecord =>
  aRecord({
    id,
    subject: `model:${model}`,
    rule: 'OWN-01',
    scope: REGISTRY_SCOPE,
    about: { ...aRecord().about, name: model, model },
    ...over,
  });

/** Two findings that share their first characters. */
export const TWINS = [aFindingOf('F-F0000000', 'a'), aFindingOf('F-F0001111', 'b')];

/** Told to security a day ago, in a mass-change message. */
export const FOLDED: FindingRecord['told'] = { security: aTold({ folded: true, severity: 'HIGH', at: plus(NOW, -DAY) }) };

/** What the history says where a rule's own reason opened a finding. */
const OPENED = { because: 'NOT_COVERED', code: 'NOT_COVERED' };

/** Stores that hold `fraud-scorer`, one deployment of it, an unregistered one and the given findings, and count what is written from then on. */
export const peopleSide = async (...records: FindingRecord[]) => {
  const [findings, inventory, registry] = [memoryFindingStore(), memoryInventoryStore(), memoryRegistryStore()];
  await registry.put(aRegistration());
  await inventory.putStatus(aStatus(), 1);
  await inventory.putItem(anItem(), 1);
  const chat = aSighting({ name: 'chat-helper', tags: {}, artefact: 'v9' });
  await inventory.putItem(anItem({ arn: chat.arn, sighting: chat, model: null, version: null }), 1);
  for (const record of records) {
    const entry = sealEntry({ chain: 'record', seq: 1, previous: '', at: NOW, by: 'rollcall', event: 'OPENED', detail: OPENED });
    await findings.writeRecord({ record: { ...record, head: { seq: 1, hash: entry.hash } }, entry });
    for (const [receiver, told] of Object.entries(record.told)) await findings.writeTold(record, receiver, told);
  }
  const count = { writes: 0 };
  const counted =
    <A extends unknown[]>(write: (...given: A) => Promise<WriteOutcome>) =>
    (...given: A) => {
      count.writes += 1;
      return write(...given);
    };
  return {
    count,
    inventory,
    settings: someSettings(),
    clock: { now: () => NOW },
    findings: {
      ...findings,
      writeResponse: counted(findings.writeResponse),
    },
    registry: {
      ...registry,
      put: counted(registry.put),
      remove: counted(registry.remove),
    },
  };
};
