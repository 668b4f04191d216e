import { describe, expect, it } from 'vitest';
import { readRegions } from '../../lib/cli/commands/scan.ts';
import { type CloudScope, scopeId } from '../../lib/core/scope.ts';
import { scanOutputSchema } from '../../lib/cli/scan-output.ts';
import {
  aComposition,
  aListing,
  aRegistration,
  aSighting,
  aVersion,
  endpointArn,
  endpointsOf,
  groupArn,
  notChecked,
  NOW,
  SCOPE,
  someSettings,
} from '../support/builders.ts';
import { runLine, type World } from '../support/command-line.ts';

const UNDECLARED = { settings: someSettings({ accounts: {} }) };
const OWNERLESS = { registrations: [aRegistration({ technicalOwner: null })] };
const unread = aListing({ kinds: [notChecked()] });
const drifted = aListing({ kinds: [endpointsOf([aSighting({ artefact: 'v4' })])] });
const quarantined = aListing({ kinds: [endpointsOf([aSighting()], { quarantined: [{ text: '-a', reason: 'malformed item' }] })] });

const packagesUnread = aListing({
  packagesUnread: [{ group: groupArn('fraud'), failure: 'DENIED', reason: 'access denied: sagemaker:ListModelPackages' }],
});
const bedrock = { provider: 'bedrock', account: '111122223333', region: 'eu-west-1' } as const;
const CALLS = {
  'sagemaker:ListEndpoints': { requests: 2, retries: 1, spared: {} },
  'sagemaker:DescribeModel': { requests: 0, retries: 0, spared: { 'shown by Search': 4, 'read once for all': 5 } },
};

/** What is excluded of a scope, and cannot be read. */
const HALF = {
  listing: aListing({ kinds: [endpointsOf([aSighting()]), { ...notChecked(), kind: 'INFERENCE_COMPONENT' }] }),
  scanner: { settings: someSettings({ excluded: [{ scope: SCOPE, kinds: ['INFERENCE_COMPONENT'], reason: 'not offered here' }] }) },
} satisfies World;

describe('scan', () => {
  it.each<[string, string, World, number, string]>([
    ['all in order', 'scan', {}, 0, '1 live · 0 findings\n'],
    ['nothing to list', 'scan', { listing: aListing({ kinds: [endpointsOf([])] }) }, 0, 'complete  nothing lives here'],
    ['a finding', 'scan', { listing: drifted }, 1, 'APR-02  fraud-scorer'],
    ['a finding below the severity that counts', 'scan --fail-on CRITICAL', { listing: drifted, scanner: UNDECLARED }, 0, 'HIGH'],
    ['a finding and a scope that was not read', 'scan', { listing: unread, scanner: OWNERLESS }, 3, 'OWN-01'],
    ['a scope that was not read', 'scan --fail-on CRITICAL', { listing: unread }, 3, 'NOT CHECKED  access denied: sagemaker:ListEndpoints'],
    ['an item that nobody can read', 'scan', { listing: quarantined }, 3, 'unreadable item: malformed item'],
    ['packages that were not read', 'scan', { listing: packagesUnread }, 3, 'access denied: sagemaker:ListModelPackages'],
    ['a kind that nobody asked for', 'scan --kinds INFERENCE_COMPONENT', { listing: unread }, 0, '0 live'],
    ['no registry', 'scan', { listing: drifted, scanner: { registrations: undefined } }, 0, 'no registry given: this is an inventory'],
    ['no registry and nothing read', 'scan', { listing: unread, scanner: { registrations: undefined } }, 3, '0 live'],
    [
      'an excluded scope',
      'scan',
      { scanner: { excluded: [{ scope: 'sagemaker/4/eu-west-1', reason: 'sandbox' }] } },
      0,
      'excluded  sandbox',
    ],
    ['an excluded kind', 'scan', HALF, 0, 'complete  1 endpoint; excluded: INFERENCE_COMPONENT (not offered here)'],
    ['nothing but an excluded kind', 'scan --kinds INFERENCE_COMPONENT', HALF, 0, 'excluded  not offered here'],
    [
      'the line that would leave it out',
      'scan',
      { listing: HALF.listing },
      3,
      `excluded: [{scope: "${SCOPE}", kinds: [INFERENCE_COMPONENT], reason: "..."}]`,
    ],
  ])('ends as it should with %s', async (_name, line, world, code, text) => {
    const { code: ended, out } = await runLine(line.split(' '), world);
    expect(out).toContain(text);
    expect(ended).toBe(code);
  });

  it('writes JSON of exactly the promised shape', async () => {
    const deployments = [{ arn: endpointArn('fraud-scorer'), environment: null, version: '3' }];
    const registrations = [aRegistration({ versions: [aVersion('3'), aVersion('4')], deployments })];
    const { out } = await runLine(['scan', '--format', 'json'], { listing: drifted, scanner: { registrations } });
    const output = scanOutputSchema.parse(JSON.parse(out));
    expect(output).toMatchObject({
      schema: 'rollcall.scan/1',
      runId: `scan-${NOW}`,
      at: NOW,
      complete: true,
      scopes: [
        {
          provider: 'sagemaker',
          account: '111122223333',
          status: 'COMPLETE',
          kinds: [
            {
              kind: 'ENDPOINT',
              count: 1,
              reason: null,
            },
          ],
          calls: 3,
          reason: null,
        },
      ],
      sightings: [
        {
          key: `dep:${endpointArn('fraud-scorer')}`,
          model: 'fraud-scorer',
          matchedBy: 'CLAIM',
          compositionDigest: aComposition('v4').digest,
        },
      ],
      findings: [
        {
          rule: 'APR-02',
          severity: 'CRITICAL',
          owners: ['kim@example.com', 'dana@example.com'],
          scope: 'sagemaker/111122223333/eu-west-1',
        },
      ],
      counts: {
        sightings: 1,
        registered: 1,
        findings: {
          CRITICAL: 1,
          HIGH: 0,
        },
      },
    });
    expect(output.findings[0]?.remedy[1]).toBe('It should not: go back to version 3.');
  });

  it('finds lost coverage, and says the same of an unread scope in JSON', async () => {
    const { out } = await runLine(['scan', '--format', 'json'], { listing: unread });
    const { complete, scopes, findings } = scanOutputSchema.parse(JSON.parse(out));
    expect({ complete, status: scopes[0]?.status, rules: findings.map(({ rule }) => rule) }).toEqual({
      complete: false,
      status: 'NOT_CHECKED',
      rules: ['OPS-01'],
    });
  });

  it('reads no scope twice, and none that cannot hold what was asked for', async () => {
    const listed: string[] = [];
    const source = {
      list: async (scope: CloudScope) => (listed.push(scopeId(scope)), aListing({ kinds: [endpointsOf([])] })),
      confirmGone: async () => new Map(),
    };
    const scopes = [{ ...bedrock, provider: 'sagemaker' } as const, bedrock];
    expect((await runLine(['scan', '--kinds', 'ENDPOINT,ENDPOINT'], { scanner: { source, scopes } })).code).toBe(0);
    expect(listed).toEqual(['sagemaker/111122223333/eu-west-1']);
    expect(readRegions('eu-west-1, eu-west-1')).toEqual(['eu-west-1']);
  });

  it.each(['table', 'json', 'csv'])('explains its calls beside the %s, retries apart, and what was spared and why', async format => {
    const { out, err } = await runLine(['scan', '--explain-calls', '--format', format], { listing: aListing({ callsByAction: CALLS }) });
    expect(out).not.toContain('spared: shown');
    expect(err.split('\n').map(line => line.replace(/ {2,}/g, ' | '))).toEqual([
      `${SCOPE} | sagemaker:ListEndpoints | 2 requests | 1 again`,
      `${SCOPE} | sagemaker:DescribeModel | 0 requests | 4 spared: shown by Search, 5 spared: read once for all`,
      '2 requests, 1 sent again, for 1 deployment, 2.0 requests each',
      '',
    ]);
  });

  it('has the calls by action in JSON', async () => {
    const { out } = await runLine(['scan', '--format', 'json'], { listing: aListing({ callsByAction: CALLS }) });
    expect(scanOutputSchema.parse(JSON.parse(out)).scopes).toMatchObject([{ calls: 3, callsByAction: CALLS }]);
  });

  it('names what was not read where no table does, and what of it may be missing from drafts', async () => {
    const hole = `not checked: ${SCOPE}: access denied: sagemaker:ListEndpoints\n`;
    expect((await runLine(['scan', '--format', 'json'], { listing: unread })).err).toBe(hole);
    expect((await runLine(['init', '--from-live'], { listing: unread })).err).toBe(`${hole}what runs there may not be among them\n`);
  });

  it('is not complete while a list of what there is to read is not answered', async () => {
    const unlisted = [
      { scope: 'organization', failure: 'DENIED', reason: 'access denied: organizations:ListAccounts', since: NOW, slots: 1 },
    ] as const;
    const { code, out } = await runLine(['scan', '--format', 'json'], { scanner: { unlisted } });
    const { complete, scopes, findings } = scanOutputSchema.parse(JSON.parse(out));
    expect([code, complete]).toEqual([3, false]);
    expect(scopes[1]).toMatchObject({ scope: 'organization', status: 'NOT_CHECKED', kinds: [] });
    expect(findings).toMatchObject([
      { rule: 'OPS-01', subject: 'scope:organization', reason: 'access denied: organizations:ListAccounts' },
    ]);
  });

  it.each([
    ['scan', true, true],
    ['scan --quiet', true, false],
    ['scan', false, false],
  ])('shows the progress of %s on a terminal (%s) alone', async (line, terminal, shown) => {
    expect((await runLine(line.split(' '), { terminal })).err.includes('complete')).toBe(shown);
  });
});
