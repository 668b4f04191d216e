import { expect, test } from 'vitest';
import { scopeId } from '../../lib/core/scope.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { rollCall, type RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { ACCOUNT, SLOT, someSettings } from '../support/builders.ts';
import { aReader, cloudScope, OTHER, ROLE } from '../support/account-reader.ts';

const OURS = scopeId(cloudScope(ACCOUNT));
const THEIRS = ['eu-west-1', 'us-east-1'].map(region => scopeId(cloudScope(OTHER, region)));

/** One roll call of two accounts on memory stores, read from simcloud under the spoke role. */
const called = async (estate: Partial<EstateInput>) => {
  const settings = someSettings();
  const { deps: memory, accepted, setNow } = simulate(settings, [OURS, ...THEIRS]);
  const deps: RollCallDeps = { ...memory, source: (await aReader(estate)).source };
  setNow(SLOT);
  await rollCall(deps, { slot: SLOT, holder: 'run-1' });
  const stored = async (scope: string) => [
    await deps.inventory.items(scope),
    await deps.inventory.status(scope),
    await deps.findings.inScope(scope),
  ];
  return { stored, coverage: await deps.findings.inScope('registry'), accepted };
};

test('an account whose role cannot be assumed changes nothing of another one', async () => {
  const [whole, denied] = [await called({}), await called({ spokes: { [OTHER]: 'denied' } })];
  expect(JSON.stringify(await denied.stored(OURS))).toBe(JSON.stringify(await whole.stored(OURS)));
  expect(JSON.stringify(await denied.stored(OURS))).toContain('endpoint/ours');
});

test('it is told once for the account, with the role and how to mend it', async () => {
  const { coverage, accepted } = await called({ spokes: { [OTHER]: 'denied' } });
  const reason = `access denied: sts:AssumeRole (${ROLE})`;
  const open = coverage.filter(({ record: { condition, rule } }) => condition === 'OPEN' && rule === 'OPS-01');
  expect(open.map(({ record }) => [record.subject, record.code, record.reason])).toEqual(
    THEIRS.map(scope => [`scope:${scope}`, 'FAILED_DENIED', reason]),
  );
  const body = accepted.find(({ receiver }) => receiver === 'security')?.body ?? '';
  expect(body.match(/OPS-01/g)).toHaveLength(1);
  expect(body.replaceAll(/\s+/g, ' ')).toContain(`${reason} 2 scopes not read`);
  expect(body.replaceAll(/\s+/g, ' ')).toContain('Deploy the spoke role in the account, or mend whom it trusts');
});
