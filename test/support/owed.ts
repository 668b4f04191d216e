import type { FindingRecord, StoredFinding, Told } from '../../lib/core/finding.ts';
import { noticesOwed } from '../../lib/core/notices.ts';
import { type MessageQuestion, planMessages } from '../../lib/core/plan-messages.ts';
import { aRecord, endpointArn, NOW, SLOT, someSettings, stored } from './builders.ts';

/** The finding of the first mail to a model owner, as the rules write it. */
export const aChange = (over: Partial<FindingRecord> = {}): StoredFinding => {
  const facts = { version: 'version 4', approved: 'version 3', composition: 'c1:sha256:4', tier: 'HIGH' };
  const evidence = {
    changedBy: ['kim (role Deploy)', 'UpdateEndpoint', '2026-11-23T09:12:00.000Z'],
    differs: ['artefact container.1/model'],
    approved: ['s3://pay-models/fraud/v3 etag:a'],
    live: ['s3://pay-models/fraud/v4 etag:b'],
    status: 'InService',
    origin: 'registry/fraud-scorer.yaml',
    technicalOwner: 'kim@example.com',
    businessOwner: 'dana@example.com',
  };
  return stored(aRecord({ openedAt: '2026-11-23T09:12:00.000Z', facts, evidence, ...over }));
};

/** `count` findings that differ in name and id, each about `over`. */
export const several = (count: number, over: Partial<FindingRecord> = {}): StoredFinding[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `model-${index}`;
    const { about } = aRecord(over);
    return aChange({
      ...over,
      id: `F-${String(10_000_000 + index * 7919)}`,
      subject: `dep:${endpointArn(name)}`,
      about: { ...about, name },
    });
  });

/** Told once that it opened, on its own. */
export const aTold = (over: Partial<Told> = {}): Told => ({
  notice: 'n-1',
  reason: 'OPENED',
  folded: false,
  generation: 1,
  condition: 'OPEN',
  severity: 'CRITICAL',
  facts: '',
  at: NOW,
  ...over,
});

/** What the receivers of a finding were told, as if they had been told all of it at `at`. */
export const toldAll = ({ record, response }: StoredFinding, over: Partial<Told> = {}): StoredFinding => {
  const { owed } = noticesOwed([stored({ ...record, told: {} })], over.at ?? NOW);
  return stored(
    { ...record, told: Object.fromEntries(owed.map(({ notice }) => [notice.receiver, { ...notice.told, ...over }])) },
    response,
  );
};

export const TOTALS = {
  deployments: 17,
  registered: 14,
  scopesComplete: 2,
  scopesNotChecked: 1,
  scopesAtRest: 0,
  calls: 14,
  opened: 13,
  cleared: 0,
  open: {},
};

export const planOf = (findings: readonly StoredFinding[], over: Partial<MessageQuestion> = {}) => {
  const { owed, silent } = noticesOwed(findings, over.now ?? NOW);
  const ask = { now: NOW, slot: SLOT, totals: TOTALS, firstRollCall: false, lastSummary: undefined, reached: undefined };
  return { ...planMessages({ ...ask, findings, owed, settings: someSettings(), ...over }), owed, silent };
};
