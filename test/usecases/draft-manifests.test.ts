import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grouping, parseGrouping } from '../../lib/core/draft-manifest.ts';
import type { JudgedSighting } from '../../lib/core/plan.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { readManifests } from '../../lib/manifests/read-manifests.ts';
import { renderDraft } from '../../lib/manifests/render-draft.ts';
import { draftForFinding, draftFromLive } from '../../lib/usecases/draft-manifests.ts';
import {
  aComposition,
  anItem,
  aRecord,
  aRegistration,
  aSighting,
  aUnit,
  endpointArn,
  groupArn,
  knownDetail,
  NOW,
  packageArn,
  unknownDetail,
} from '../support/builders.ts';

const live = (over: Partial<Sighting> & { artefact?: string } = {}, judged: Partial<JudgedSighting> = {}): JudgedSighting => ({
  sighting: aSighting({ tags: {}, ...over }),
  model: null,
  version: null,
  matchedBy: 'none',
  environment: 'unknown',
  ...judged,
});
const named = (...names: string[]) => names.map(name => live({ name }));
const tagged = (team: string, name: string) => live({ name, tags: { team } });
const registry = (...names: string[]) => ({
  all: async () => ({ registrations: names.map(name => aRegistration({ name })), unreadable: [] }),
});
const draft = (sightings: readonly JudgedSighting[], grouping = 'model-name', taken: string[] = []) =>
  draftFromLive({ registry: registry(...taken) }, { sightings, grouping: parseGrouping(grouping)!, ownerTags: ['owner'] });
const inPackages = (...numbers: number[]) =>
  knownDetail(aUnit({ composition: aComposition(`p${numbers.join()}`), packageArns: numbers.map(number => packageArn('fraud', number)) }));
const read = (text: string) =>
  readManifests({ from: '.', files: [{ file: 'd.yaml', content: text }] }, { source: 'REPOSITORY', by: 'scan', now: NOW });

describe('drafting from what is live', () => {
  it('writes what is known, says TODO where only a person knows, and what belongs there', async () => {
    const { drafts, summary } = await draft(
      [
        live({ name: 'fraud-prod', detail: inPackages(3), tags: { owner: 'kim' } }, { environment: 'prod' }),
        live({ name: 'fraud-dev', detail: inPackages(4), tags: { owner: 'kim' } }),
      ],
      'package-group',
    );
    expect(summary).toBe('2 deployments → 1 model, 5 TODO');
    expect(renderDraft(drafts[0]!).match(/: TODO/g)).toHaveLength(5);
    expect(renderDraft(drafts[0]!)).toBe(
      `apiVersion: rollcall/v1
kind: Model
name: fraud
purpose: TODO # what it decides, and for whom
riskTier: TODO # EXPERIMENT, LOW, MEDIUM or HIGH
businessOwner: TODO # who answers for its use
technicalOwner: kim # from a tag: check
match:
  packageGroup: ${groupArn('fraud')}
dataSources: TODO # such as [{ uri: "s3://payments/2026", classification: confidential }], or []
downstreamSystems: TODO # such as [card-authoriser], or []
versions:
  - version: "4"
    composition: ${aComposition('p4').digest}
  - version: "3"
    composition: ${aComposition('p3').digest}
deployments:
  - arn: ${endpointArn('fraud-dev')}
    version: "4"
  - arn: ${endpointArn('fraud-prod')}
    environment: prod
    version: "3"
`.replace("'TODO'", 'TODO'),
    );
  });

  it('counts what is to be filled in apart from what is to be checked', async () => {
    expect((await draft(named('a', 'b'), 'package-group')).summary).toBe('2 deployments → 2 models, 12 TODO, 2 groupings to check');
  });

  it.each<[string, string, JudgedSighting[], string]>([
    ['names alike', 'model-name', named('fraud-prod', 'Fraud_v2', 'fraud-staging-20260101', 'rank'), 'fraud 3, rank 1'],
    ['a tag', 'tag:team', [...named('c'), tagged('X', 'a'), tagged('X', 'b')], 'c 1 GROUPED_BY_NAME, x 2'],
    ['a tag that could not be read', 'tag:team', [live({ name: 'b', tags: null })], 'b 1 TAGS_UNREAD'],
    ['a tag with an invisible mark', 'tag:team', [tagged('\u202ex', 'b')], 'b 1 GROUPED_BY_NAME'],
    ['a package group that is not there', 'package-group', named('b'), 'b 1 GROUPED_BY_NAME'],
    ['an unknown version', 'model-name', [live({ name: 'b', detail: unknownDetail() })], 'b 1 VERSION_UNKNOWN'],
    ['names that are taken or empty', 'model-name', named('a', 'é'), 'a-2 1, model 1'],
    [
      'nothing gone or without a model',
      'model-name',
      [live({ presence: 'LEAVING' }), live({ presence: 'NOT_SERVING' }), live({ hosts: 'COMPONENTS' })],
      '',
    ],
    ['nothing registered', 'model-name', [live({}, { model: 'a' })], ''],
  ])('groups by %s', async (_, grouping, sightings, expected) => {
    const { drafts } = await draft(sightings, grouping, ['a']);
    expect(drafts.map(({ name, deployments, doubts }) => `${name} ${deployments} ${doubts.join()}`.trim()).join(', ')).toBe(expected);
  });

  it('claims the use of a model by account and model, and declares by its key what no claim can name', async () => {
    const use = (account: string, name: string) =>
      live({ kind: 'MODEL_USE', name, arn: `use:aws:bedrock:eu-west-1:${account}:model/${name}` }, { environment: 'prod' });
    const haiku = 'anthropic.claude-3-haiku-20240307-v1:0';
    const uses = [use('444455556666', haiku), use('111122223333', haiku), use('111122223333', 'a%20b')];
    const { drafts, summary } = await draft(uses, 'tag:team');
    expect(summary).toBe('3 deployments → 2 models, 12 TODO, 1 grouping to check');
    const versions = [{ version: 'live-1', composition: aComposition().digest }];
    expect(drafts.map(({ name, manifest: { match, deployments, versions: own } }) => ({ name, match, deployments, own }))).toEqual([
      {
        name: 'a-20b',
        deployments: [{ arn: 'use:aws:bedrock:eu-west-1:111122223333:model/a%20b', environment: 'prod', version: 'live-1' }],
        own: versions,
      },
      {
        name: 'anthropic-claude-3-haiku-20240307-v1-0',
        match: { uses: [`111122223333/${haiku}`, `444455556666/${haiku}`] },
        own: versions,
      },
    ]);
    const withoutTodo = (text: string) => text.replace(/^.*TODO.*$/gm, '');
    for (const each of drafts) expect(read(withoutTodo(renderDraft(each)))).toHaveLength(1);
  });

  it('names versions by package only where one package says so, once each', async () => {
    const same = knownDetail(aUnit({ composition: aComposition('other'), packageArns: [packageArn('fraud', 3)] }));
    const { drafts } = await draft([
      live({ name: 'a-1', detail: inPackages(3) }),
      live({ name: 'a-2', detail: same }),
      live({ name: 'a-3', detail: inPackages(3, 4) }),
    ]);
    expect(drafts[0]?.manifest['versions']).toMatchObject([{ version: '3' }, { version: 'live-2' }, { version: 'live-3' }]);
  });

  it.each([['kim@localhost'], ['kim lee'], [undefined]])('asks for the owner where the tag says %j', async owner => {
    const { drafts } = await draft([live({ tags: owner === undefined ? {} : { owner } })]);
    expect(drafts[0]?.manifest['technicalOwner']).toBe('TODO');
  });

  it('knows the three ways to group and no other', () => {
    const parsed = ['package-group', 'model-name', 'tag:a:b', 'tag:', 'team'].map(parseGrouping);
    expect(parsed).toEqual([{ by: 'PACKAGE_GROUP' }, { by: 'MODEL_NAME' }, { by: 'TAG', key: 'a:b' }, undefined, undefined]);
  });

  it('every draft is refused for its TODOs alone, and read once they are filled', async () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 12 });
    const sighting = fc
      .record({ name: word, team: word, owner: word, artefact: fc.constantFrom('v1', 'v2'), known: fc.boolean() })
      .map(({ name, team, owner, artefact, known }) =>
        live({
          arn: endpointArn(`e${name.length}-${artefact}-${known}`),
          name,
          tags: { team, owner },
          artefact,
          ...(known ? {} : { detail: unknownDetail() }),
        }),
      );
    const sightings = fc.uniqueArray(sighting, { selector: ({ sighting: { arn } }) => arn, maxLength: 6 });
    const groupings = fc.constantFrom<Grouping[]>({ by: 'PACKAGE_GROUP' }, { by: 'MODEL_NAME' }, { by: 'TAG', key: 'team' });
    await fc.assert(
      fc.asyncProperty(sightings, groupings, async (ones, grouping) => {
        const { drafts } = await draftFromLive({ registry: undefined }, { sightings: ones, grouping, ownerTags: ['owner'] });
        const texts = drafts.map(renderDraft);
        for (const text of texts) expect(() => read(text)).toThrow(/^(d\.yaml:\d+:\d+: \w+: TODO is not filled in.*\n?)+$/);
        const filled = texts.map(text =>
          text
            .replace('riskTier: TODO', 'riskTier: LOW')
            .replace(/: TODO #.*such as.*/g, ': []')
            .replace(/: TODO #/g, ': x #'),
        );
        expect(read(filled.length === 0 ? '[]' : filled.join('---\n'))).toHaveLength(drafts.length);
      }),
      { seed: 41, numRuns: 100 },
    );
  });
});

const forFinding = (item = anItem({ model: null }), subject = aRecord().subject) =>
  draftForFinding({ registry: registry(), inventory: { items: async () => [item] } }, { record: aRecord({ subject }), ownerTags: [] });

describe('drafting for one finding', () => {
  it('fills in the deployment that the finding is about', async () => {
    expect(await forFinding()).toMatchObject({
      outcome: 'DRAFTED',
      draft: { name: 'fraud-scorer', manifest: { deployments: [{ environment: 'prod', version: 'live-1' }] } },
    });
  });

  it.each([
    ['NO_DEPLOYMENT', undefined, 'model:x', 'F-7K3Q9ZB2 is about model:x, not a deployment'],
    ['NOT_IN_INVENTORY', undefined, 'dep:arn', /^arn is no longer in the inventory/],
    ['NOTHING_TO_DRAFT', anItem(), undefined, /belongs to fraud-scorer already$/],
    [
      'NOTHING_TO_DRAFT',
      anItem({ model: null, sighting: aSighting({ presence: 'NOT_SERVING', status: 'Failed' }) }),
      undefined,
      /is Failed$/,
    ],
  ])('says %s where there is none to draft', async (outcome, item, subject, reason) => {
    expect(await forFinding(item, subject)).toEqual({ outcome, reason: expect.stringMatching(reason) });
  });
});
