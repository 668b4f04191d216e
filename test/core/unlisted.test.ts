import { describe, expect, test } from 'vitest';
import type { Unlisted } from '../../lib/core/inventory.ts';
import { planRegistry } from '../../lib/core/plan-registry.ts';
import type { RegistryWorld } from '../../lib/core/plan.ts';
import { registryAfter } from '../support/apply-plan.ts';
import { ACCOUNT, aRegistryWorld, SLOT, someSettings } from '../support/builders.ts';

type Over = Partial<RegistryWorld>;

describe('a list that decides what is read', () => {
  const list = (scope: string, over: Partial<Unlisted> = {}): Unlisted => ({
    scope,
    failure: 'DENIED',
    reason: 'denied',
    since: SLOT,
    slots: 1,
    ...over,
  });
  const asking = someSettings({ organization: {}, spoke: { roleName: 'R', externalId: 'x-1' }, regions: 'enabled' });
  const REGIONS = `regions/${ACCOUNT}`;
  const shownIn = (over: Over) =>
    planRegistry(aRegistryWorld(over)).findings.map(({ action, record }) => [action, record.subject, record.code, record.cleared?.code]);
  const unlisted = [list('organization'), list(REGIONS, { failure: 'TRANSIENT' })];
  const before = registryAfter(aRegistryWorld({ settings: asking, unlisted }));

  test('opens a finding while it is not answered, of the account where it is one of an account', () => {
    const { findings } = planRegistry(aRegistryWorld({ settings: asking, unlisted }));
    expect(findings.map(({ record }) => [record.subject, record.code, record.about.account, record.facts['lasting']])).toEqual([
      ['scope:organization', 'UNLISTED_DENIED', null, 'yes'],
      [`scope:${REGIONS}`, 'UNLISTED_TRANSIENT', ACCOUNT, 'first slot'],
    ]);
    const again = planRegistry(aRegistryWorld({ settings: asking, unlisted: [list(REGIONS, { failure: 'TRANSIENT', slots: 2 })] }));
    expect(again.findings.map(({ record }) => record.facts['lasting'])).toEqual(['yes']);
  });

  test.each<[string, Over, string]>([
    ['answered again', { unlisted: [] }, 'FACT'],
    ['no longer asked for', { unlisted: [], settings: someSettings() }, 'SCOPE_RETIRED'],
  ])('clears it where it is %s', (_what, over, code) => {
    expect(shownIn({ ...before, ...over }).map(([action, subject, , cleared]) => [action, subject, cleared])).toEqual([
      ['CLEAR', 'scope:organization', code],
      ['CLEAR', `scope:${REGIONS}`, code],
    ]);
  });

  test('changes nothing while it stays as it is', () => expect(shownIn(before)).toEqual([]));
});
