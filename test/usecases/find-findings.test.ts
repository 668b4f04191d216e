import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { renderFinding, renderFindings } from '../../lib/cli/render/finding.ts';
import { UnreadableItemError } from '../../lib/ports.ts';
import { listFindings, showFinding } from '../../lib/usecases/find-findings.ts';
import { aRecord, aStatus, NOW, SCOPE, someSettings } from '../support/builders.ts';
import { peopleSide } from '../support/people-side.ts';

const EAST = 'sagemaker/111122223333/us-east-1';
const damaged = new UnreadableItemError({ item: 'f#x', reason: 'severity: Invalid option' }, 'unreadable item f#x');

test('a damaged item hides its own scope, by name, and no other', async () => {
  const deps = await peopleSide(aRecord());
  await deps.inventory.putStatus(aStatus({ scope: EAST }), 1);
  const inScope = async (scope: string) => (scope === EAST ? Promise.reject(damaged) : deps.findings.inScope(scope));
  const answer = await listFindings({ ...deps, findings: { ...deps.findings, inScope } }, { folded: false, now: NOW });
  expect(answer.findings.map(({ scope }) => scope)).toEqual([SCOPE]);
  expect(answer.unread).toEqual([{ scope: EAST, reason: 'f#x: severity: Invalid option' }]);
  expect(renderFindings(answer, new PassThrough())).toContain(`NOT SHOWN ${EAST}: what is stored of it cannot be read (f#x`);
});

test('a damaged status is said to hide what is open behind it', async () => {
  const deps = await peopleSide();
  const statuses = async () => ({ statuses: [], unreadable: [{ item: 's#03', reason: 'calls' }] });
  const answer = await listFindings({ ...deps, inventory: { ...deps.inventory, statuses } }, { folded: false, now: NOW });
  expect([answer.total, answer.unread]).toEqual([0, [{ scope: 's#03', reason: 'calls' }]]);
  expect(renderFindings(answer, new PassThrough())).toMatch(/NOT SHOWN s#03.*\nno other findings\n/);
});

test('any other error stays one', async () => {
  const deps = await peopleSide();
  const inScope = async () => Promise.reject(new RangeError('no such table'));
  await expect(listFindings({ ...deps, findings: { ...deps.findings, inScope } }, { folded: false, now: NOW })).rejects.toThrow(RangeError);
});

test.each([
  [
    'who did it',
    { createdBy: ['kim', 'CreateEndpoint', NOW], changedBy: ['role Deploy', 'UpdateEndpoint', NOW] },
    true,
    [`kim, CreateEndpoint, ${NOW}`, `role Deploy, UpdateEndpoint, ${NOW}`],
  ],
  ['that no event said so', {}, true, ['unknown (no CloudTrail event seen)', 'unknown (no CloudTrail event seen)']],
  [
    'that changes are not announced, though creations are looked up',
    {},
    false,
    ['unknown (no CloudTrail event seen)', 'unknown (events not enabled)'],
  ],
  [
    'why nobody was asked',
    { creatorUnread: 'access denied: cloudtrail:LookupEvents' },
    true,
    ['unknown (access denied: cloudtrail:LookupEvents)', 'unknown (no CloudTrail event seen)'],
  ],
])('a finding shows %s', async (_what, evidence, enabled, [made, changed]) => {
  const record = aRecord({ evidence });
  const shown = await showFinding({ ...(await peopleSide(record)), settings: someSettings({ events: { enabled } }) }, record.id, NOW);
  if (!shown.ok) throw new Error(shown.reason);
  expect([shown.value.createdBy, shown.value.changedBy]).toEqual([made, changed]);
  const lines = renderFinding(shown.value, new PassThrough()).split('\n');
  expect(lines.filter(line => /created ?by|changed ?by|creator/i.test(line)).map(line => line.split(/\s{2,}/).slice(-1)[0])).toEqual([
    made,
    changed,
  ]);
});

test('a finding about no deployment says nothing of who made one', async () => {
  const record = aRecord({ rule: 'OWN-01', subject: 'model:fraud-scorer' });
  const shown = await showFinding({ ...(await peopleSide(record)), settings: someSettings() }, record.id, NOW);
  if (!shown.ok) throw new Error(shown.reason);
  expect(shown.value).toMatchObject({ createdBy: null, changedBy: null });
  expect(renderFinding(shown.value, new PassThrough())).not.toMatch(/(created|changed) by/);
});
