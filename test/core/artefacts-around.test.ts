import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeAdapter, composeModel, composeParts } from '../../lib/core/compose.ts';
import type { Composition, PartKind } from '../../lib/core/composition.ts';
import { compositionOf, partText } from '../../lib/core/part-text.ts';
import { aComposition, aContainer, anApproval, aSighting, aUnit, aVersion, IMAGE, knownDetail } from '../support/builders.ts';
import { inDev, judge, model, of, said, unread, violation } from '../support/deployment-vocabulary.ts';

const stated = (composition: Composition, version = '3') =>
  aVersion(version, { identity: { by: 'COMPOSITION', composition: composition.digest }, parts: composition.parts.map(partText) });
const runs = (composition: Composition) => aSighting({ detail: knownDetail(aUnit({ composition })) });
const lora = (uri: string) => composeAdapter(aComposition(), { uri, etag: 'e1', role: 'ADAPTER' });
const warm = (value: string) => composeModel({ containers: [aContainer({ parameters: value })], execution: null });
/** An agent on a model, with what is laid around it. */
const agent = (on: string, ...around: [PartKind, string][]) =>
  composeParts([
    { slot: 'model', kind: 'MODEL', identity: on, pinned: true },
    ...around.map(([kind, identity]) => ({ slot: kind.toLowerCase(), kind, identity, pinned: true })),
  ]);
const registered = (...versions: ReturnType<typeof stated>[]) => ({ ...inDev, ...model({ versions, decisions: [] }) });

describe('INV-04 and INV-05, outside production', () => {
  test.each([
    ['as registered', aComposition(), registered(stated(aComposition())), 'CLEAR KNOWN_VERSION', 'CLEAR KNOWN_VERSION'],
    ['an adapter more', lora('s3://m/lora'), registered(stated(aComposition())), 'CLEAR NOT_AROUND', 'VIOLATED ADDED'],
    ['another adapter', lora('s3://m/lora-2'), registered(stated(lora('s3://m/lora'))), 'VIOLATED CHANGED', 'CLEAR NOT_AROUND'],
    ['its adapter is gone', aComposition(), registered(stated(lora('s3://m/lora'))), 'VIOLATED CHANGED', 'CLEAR NOT_AROUND'],
    ['another parameter', warm('b'), registered(stated(warm('a'))), 'VIOLATED CHANGED', 'CLEAR NOT_AROUND'],
    [
      'another instruction',
      agent('m', ['PROMPT', 'sha256:b']),
      registered(stated(agent('m', ['PROMPT', 'sha256:a']))),
      'VIOLATED CHANGED',
      'CLEAR NOT_AROUND',
    ],
    ['no guardrail', agent('m'), registered(stated(agent('m', ['GUARDRAIL', 'g version:1']))), 'VIOLATED CHANGED', 'CLEAR NOT_AROUND'],
    ['a tool more', agent('m', ['TOOL', 't']), registered(stated(agent('m'))), 'CLEAR NOT_AROUND', 'VIOLATED ADDED'],
    ['a knowledge base more', agent('m', ['KNOWLEDGE_BASE', 'KB1']), registered(stated(agent('m'))), 'CLEAR NOT_AROUND', 'VIOLATED ADDED'],
    [
      'another collaborator',
      agent('m', ['COLLABORATOR', 'a']),
      registered(stated(agent('m', ['COLLABORATOR', 'b']))),
      'VIOLATED CHANGED',
      'CLEAR NOT_AROUND',
    ],
    ['an agent on another model', agent('n', ['TOOL', 't']), registered(stated(agent('m'))), 'CLEAR NOT_AROUND', 'CLEAR NOT_AROUND'],
    ['another model', aComposition('v4'), registered(stated(aComposition())), 'CLEAR NOT_AROUND', 'CLEAR NOT_AROUND'],
    [
      'another model and another adapter',
      composeAdapter(aComposition('v4'), { uri: 's3://m/lora', etag: 'e1', role: 'ADAPTER' }),
      registered(stated(aComposition())),
      'CLEAR NOT_AROUND',
      'CLEAR NOT_AROUND',
    ],
    ['the registry states no parts', lora('s3://m/lora'), registered(aVersion('3')), 'CLEAR NOT_AROUND', 'CLEAR NOT_AROUND'],
    [
      'of two versions the closer one counts',
      lora('s3://m/lora-2'),
      registered(stated(aComposition('v9'), '2'), stated(lora('s3://m/lora'), '3')),
      'VIOLATED CHANGED',
      'CLEAR NOT_AROUND',
    ],
  ])('%s', (_name, live, over, changed, added) => {
    const verdicts = judge(runs(live), over);
    expect([said(of(verdicts, 'INV-04')), said(of(verdicts, 'INV-05'))]).toEqual([changed, added]);
  });

  test('what it runs is not known', () => {
    const verdicts = judge(unread('DENIED'), registered(stated(aComposition())));
    expect([said(of(verdicts, 'INV-04')), said(of(verdicts, 'INV-05'))]).toEqual(Array(2).fill('CANNOT_TELL DETAIL_DENIED'));
  });

  test('both sides of what differs are evidence, and the version that it is not quite', () => {
    const { reason, evidence, facts } = violation(runs(lora('s3://m/lora-2')), 'INV-04', registered(stated(lora('s3://m/lora'))));
    expect([reason, facts['approved']]).toEqual(['version 3 with another adapter', 'version 3']);
    expect(evidence).toMatchObject({ differs: ['adapter adapter'], approved: ['s3://m/lora etag:e1'], live: ['s3://m/lora-2 etag:e1'] });
  });
});

test('an approval by digest whose parts the registry states tells which part differs', () => {
  const versions = [stated(aComposition())];
  const over = model({ versions, decisions: [anApproval({ identity: versions[0]!.identity })] });
  const { evidence } = violation(runs(aComposition('v4')), 'APR-02', over);
  expect(evidence).toMatchObject({
    differs: ['artefact container.1/model'],
    approved: ['s3://models/v3 etag:etag-v3'],
    live: ['s3://models/v4 etag:etag-v4'],
  });
});

describe('parts that the registry states cover nothing that the digest does not', () => {
  const image = (name: string) => composeModel({ containers: [aContainer({ image: name })], execution: null });
  const etag = (value: string | null) => [{ uri: 's3://models/v3', etag: value, role: 'MODEL' as const }];
  const artefact = (value: string | null) => composeModel({ containers: [aContainer({ artefacts: etag(value) })], execution: null });
  const [repository] = IMAGE.split('@');
  test.each([
    ['an image by tag, and any image of its repository', image(`${repository}:3`), image(IMAGE)],
    ['an artefact by ETag, and one whose ETag is not read', artefact('e'), artefact(null)],
  ])('%s', (_name, approvedOne, live) => {
    const versions = [stated(approvedOne)];
    const over = model({ versions, decisions: [anApproval({ identity: versions[0]!.identity })] });
    expect(said(of(judge(runs(live), over), 'APR-02'))).toBe('VIOLATED NOT_COVERED');
  });

  test('a digest that was given before the ETag could be read holds, with its parts as without', () => {
    const versions = [stated(artefact(null))];
    const over = model({ versions, decisions: [anApproval({ identity: versions[0]!.identity })] });
    expect(said(of(judge(runs(artefact('e')), over), 'APR-02'))).toBe('CLEAR COVERED_UNPINNED');
  });
});

describe('parts as lines', () => {
  test.each([
    ['an image by digest', `image container.1 ${IMAGE}`, true],
    ['an image by tag', 'image container.1 repo:4', false],
    ['an artefact with its ETag', 'artefact container.1/model s3://m/v3 etag:e', true],
    ['an artefact alone', 'artefact container.1/model s3://m/v3', false],
    ['parameters', 'parameters container.1 sha256:00', true],
    ['an instruction', 'prompt instruction sha256:00', true],
    ['a knowledge base', 'knowledge_base knowledge/KB1 KB1 use:sha256:00', true],
  ])('%s', (_name, line, pinned) => {
    expect(compositionOf([line])).toMatchObject({ parts: [{ pinned }] });
  });

  test.each(['', 'image', 'image container.1', 'model container.1 x y z\n', 'IMAGE container.1 repo', '__proto__ a b'])(
    '%j is none',
    line => {
      expect(compositionOf([line])).toEqual({ broken: line });
    },
  );

  test('whatever is composed is read back as the same composition', () => {
    const facts = fc.record({
      artefact: fc.string({ minLength: 1 }),
      parameters: fc.constantFrom(null, '0a'.repeat(32), 'f1'.repeat(32)),
      mode: fc.constantFrom('SingleModel' as const, 'MultiModel' as const),
    });
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 3 }), containers => {
        const composition = composeModel({ containers: containers.map(aContainer), execution: null });
        expect(compositionOf(composition.parts.map(partText))).toEqual(composeParts(composition.parts));
      }),
      { seed: 20261123 },
    );
  });
});
