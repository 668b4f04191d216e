import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { csvText } from '../../lib/cli/render/csv.ts';
import { visible } from '../../lib/core/plain-text.ts';
import { RULE_IDS } from '../../lib/core/rule-catalog.ts';
import {
  aListing,
  aRegistration,
  aSighting,
  aVersion,
  endpointArn,
  endpointsOf,
  notChecked,
  REGION,
  SCOPE,
  someSettings,
  unknownDetail,
} from '../support/builders.ts';
import { runLine, type World } from '../support/command-line.ts';

/** RFC 4180 as its grammar says, written for this test alone; throws on what it does not admit. */
const parseCsv = (text: string): string[][] => {
  const rows: string[][] = [[]];
  let rest = text;
  while (rest !== '') {
    const [whole = '', quoted, plain = '', end = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (whole === '') throw new Error(`no cell begins at ${rest.slice(0, 40)}`);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
    rest = rest.slice(whole.length);
  }
  return rows.slice(0, -1);
};

/** What a spreadsheet takes for a formula, at the start of a cell or after what separates cells elsewhere. */
const STARTS_FORMULA = /(^|[;\t])[\s\u200c\u200d]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
const SPICES = Array.from('=+-@＝＋－＠\'";, \t\r\n\u202e\u200d');
const meant = (cell: string): string => cell.replace(/(^|;)'/g, '$1');
const shown = (cell: string): string => visible(cell).replaceAll('\t', '\\u0009');

describe('a cell', () => {
  it.each([
    ['of plain text', 'fraud-scorer', 'fraud-scorer'],
    ['that is empty', '', ''],
    ['with an equals sign', '=1+1', "'=1+1"],
    ['with a command', "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['with a plus', '+1', "'+1"],
    ['with a minus', '-1', "'-1"],
    ['with an at sign', '@SUM(1,1)', '"\'@SUM(1,1)"'],
    ['with a full-width equals sign', '＝1', "'＝1"],
    ['with a full-width plus', '＋1', "'＋1"],
    ['with a full-width minus', '－1', "'－1"],
    ['with a full-width at sign', '＠a', "'＠a"],
    ['with a small equals sign', '﹦1', "'﹦1"],
    ['with a tab before', '\t=1', '\\u0009=1'],
    ['with a carriage return before', '\r=1', '\\u000d=1'],
    ['with a line feed before', '\n=1', '\\u000a=1'],
    ['with a space before', ' =1', "' =1"],
    ['with a hard space before', '\u00a0=1', "'\u00a0=1"],
    ['with a joiner before', '\u200d=1', "'\u200d=1"],
    ['with a byte order mark before', '\ufeff=1', '\\ufeff=1'],
    ['with a zero before', '\u0000=1', '\\u0000=1'],
    ['with an apostrophe before', "'=1", "''=1"],
    ['with a formula after a semicolon', 'a;=1', "a;'=1"],
    ['with a comma and a quote', 'a,"b"', '"a,""b"""'],
    ['that turns the text around', '\u202egnp', '\\u202egnp'],
    ['with an escape for a terminal', '\u001b[2J', '\\u001b[2J'],
    ['of two lines', 'a\r\nb', 'a\\u000d\\u000ab'],
    ['of half a character', '\ud83d', '\\ud83d'],
  ])('%s', (_name, cell, text) => {
    expect(csvText([[cell]])).toBe(`${text}\r\n`);
  });

  it('comes back as it was shown, and never starts a formula', () => {
    const spiced = fc.string({
      unit: fc.oneof(fc.constantFrom(...SPICES), fc.string({ unit: 'binary', maxLength: 1 })),
    });
    const rows = fc.array(fc.array(spiced, { minLength: 1, maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, given => {
        const cells = parseCsv(csvText(given));
        expect(cells.map(row => row.map(meant))).toEqual(given.map(row => row.map(shown)));
        expect(csvText(given).match(/\n/g) ?? []).toHaveLength(given.length);
        expect(cells.flat().filter(cell => STARTS_FORMULA.test(cell))).toEqual([]);
      }),
      { seed: 41, numRuns: 2000 },
    );
  });
});

const DRIFTED = aListing({
  kinds: [
    endpointsOf([
      aSighting({ artefact: 'v4', tags: { 'rollcall:model': 'fraud-scorer', owner: '=HYPERLINK("x")' } }),
      aSighting({ name: 'stray', tags: null, detail: unknownDetail('DENIED') }),
    ]),
  ],
});
const REGISTERED: World['scanner'] = {
  registrations: [
    aRegistration({ origin: 'registry/fraud.yaml:7', versions: [aVersion('3'), aVersion('4')] }),
    aRegistration({ name: 'ownerless', technicalOwner: null, origin: 'registry/own#er.yaml' }),
  ],
  excluded: [{ scope: 'sagemaker/4/eu-west-1', reason: 'sandbox [see](https://example.com)' }],
};

/** A kind of its scope is excluded, and cannot be read. */
const HALF = {
  listing: aListing({ kinds: [endpointsOf([aSighting()]), { ...notChecked(), kind: 'INFERENCE_COMPONENT' }] }),
  scanner: { settings: someSettings({ excluded: [{ scope: SCOPE, kinds: ['INFERENCE_COMPONENT'], reason: 'not offered here' }] }) },
} satisfies World;

/** Each row as the cells that are not empty, by column. */
const csvOf = async (world: World) => {
  const { code, out, err } = await runLine(['scan', '--format', 'csv'], world);
  const [head = [], ...rows] = parseCsv(out);
  const cells = rows.map(row => Object.fromEntries(row.flatMap((cell, index) => (cell === '' ? [] : [[head[index], cell]]))));
  return { code, err, head, rows: cells };
};

describe('scan --format csv', () => {
  it('has a row for a kind that is excluded', async () => {
    const { code, rows } = await csvOf(HALF);
    expect([code, rows[1]]).toEqual([
      0,
      {
        key: `scope:${SCOPE}/INFERENCE_COMPONENT`,
        kind: 'SCOPE',
        scope: SCOPE,
        account: '111122223333',
        region: REGION,
        status: 'EXCLUDED',
        detail: 'INFERENCE_COMPONENT: not offered here',
      },
    ]);
  });

  it('has a row for each deployment, and one for whatever else was found or not read', async () => {
    const { code, err, rows } = await csvOf({ listing: DRIFTED, scanner: REGISTERED });
    expect(rows).toMatchObject([
      {
        key: `dep:${endpointArn('fraud-scorer')}`,
        kind: 'ENDPOINT',
        scope: SCOPE,
        account: '111122223333',
        region: REGION,
        detail: 'KNOWN',
        model: 'fraud-scorer',
        version: '4',
        matchedBy: 'CLAIM',
        environment: 'prod',
        ownerTag: '\'=HYPERLINK("x")',
        createdAt: '2026-11-01T00:00:00.000Z',
        findings: 'APR-02',
        severity: 'CRITICAL',
      },
      { key: `dep:${endpointArn('stray')}`, detail: 'UNKNOWN: detail: DENIED', ownerTag: 'not read', matchedBy: 'UNMATCHED' },
      { key: `scope:${SCOPE}`, kind: 'SCOPE', status: 'NOT_CHECKED', detail: 'detail: DENIED', findings: 'OPS-01', severity: 'MEDIUM' },
      { key: 'scope:sagemaker/4/eu-west-1', status: 'EXCLUDED', account: '4' },
      { key: 'model:ownerless', kind: 'MODEL', scope: 'registry', model: 'ownerless', findings: 'OWN-01', severity: 'HIGH' },
    ]);
    expect([code, err]).toEqual([3, `not checked: ${SCOPE}: detail: DENIED\n`]);
  });

  it('names its columns, and says where nothing was judged', async () => {
    const { head, rows } = await csvOf({ scanner: { registrations: undefined } });
    expect(head.join()).toBe(
      'key,arn,kind,scope,account,region,status,detail,model,version,matchedBy,environment,digest,ownerTag,createdAt,findings,severity',
    );
    expect(rows).toMatchObject([{ findings: 'not judged' }]);
  });

  it('of a scope that was not read is a row that says so, not an empty list', async () => {
    const { code, rows } = await csvOf({ listing: aListing({ kinds: [notChecked()] }), scanner: { registrations: undefined } });
    expect([code, rows]).toMatchObject([3, [{ status: 'NOT_CHECKED', detail: 'access denied: sagemaker:ListEndpoints' }]]);
  });
});

const message = z.strictObject({ text: z.string().min(1) });
const location = z.strictObject({
  physicalLocation: z
    .strictObject({
      artifactLocation: z.strictObject({ uri: z.string().regex(/^(file:|[^:#?\\]+$)/) }),
      region: z.strictObject({ startLine: z.int().min(1) }).optional(),
    })
    .optional(),
  logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string().min(1), kind: z.literal('resource') })).min(1),
});
/** The part of the SARIF 2.1.0 schema that is used, strictly: no other key, every required one. */
const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.enum(RULE_IDS),
              name: z.string(),
              shortDescription: message,
              fullDescription: message,
              help: message,
              properties: z.strictObject({ tags: z.array(z.string()) }),
            }),
          ),
        }),
      }),
      invocations: z.tuple([
        z.strictObject({
          executionSuccessful: z.boolean(),
          startTimeUtc: z.iso.datetime(),
          toolConfigurationNotifications: z.array(
            z.strictObject({ level: z.enum(['note', 'warning', 'error']), message, locations: z.array(location) }),
          ),
        }),
      ]),
      results: z.array(
        z.strictObject({
          ruleId: z.enum(RULE_IDS),
          level: z.enum(['note', 'warning', 'error']),
          message,
          locations: z.array(location),
          partialFingerprints: z.record(z.string(), z.string()),
          properties: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ]),
});

describe('scan --format sarif', () => {
  const sarifOf = async (world: World) => {
    const { code, out } = await runLine(['scan', '--registry', 'registry', '--format', 'sarif'], world);
    return { code, run: sarifSchema.parse(JSON.parse(out)).runs[0] };
  };

  it('is what the golden file says', async () => {
    const { run } = await sarifOf({ listing: DRIFTED, scanner: REGISTERED });
    const rules = run.tool.driver.rules.filter(({ id }) => run.results.some(({ ruleId }) => ruleId === id));
    const short = { ...run, tool: { driver: { ...run.tool.driver, version: '0.0.0', rules } } };
    await expect(`${JSON.stringify(short, null, 2)}\n`).toMatchFileSnapshot('../golden/scan-sarif-run.json');
  });

  it('names the manifest of a registered model, with its line where that is known', async () => {
    const { code, run } = await sarifOf({ listing: DRIFTED, scanner: REGISTERED });
    expect([code, run.tool.driver.rules.map(({ id }) => id)]).toEqual([3, RULE_IDS]);
    expect(run.results.map(({ ruleId, level, locations }) => [ruleId, level, locations[0]?.physicalLocation])).toEqual([
      ['APR-02', 'error', { artifactLocation: { uri: 'registry/fraud.yaml' }, region: { startLine: 7 } }],
      ['OWN-01', 'error', { artifactLocation: { uri: 'registry/own%23er.yaml' } }],
      ['OPS-01', 'warning', undefined],
    ]);
  });

  it('is a success where a kind is excluded, and names it', async () => {
    const { code, run } = await sarifOf(HALF);
    const [{ executionSuccessful, toolConfigurationNotifications: notes }] = run.invocations;
    expect([code, executionSuccessful]).toEqual([0, true]);
    expect(notes.map(({ level, message: { text } }) => `${level}: ${text}`)).toEqual([
      `note: ${SCOPE} is excluded: INFERENCE_COMPONENT: not offered here`,
    ]);
  });

  it('is no success where a scope was not read, and names it', async () => {
    const { code, run } = await sarifOf({ listing: aListing({ kinds: [notChecked()] }), scanner: REGISTERED });
    const [{ executionSuccessful, toolConfigurationNotifications: notes }] = run.invocations;
    expect([code, executionSuccessful]).toEqual([3, false]);
    expect(notes.map(({ level, message: { text } }) => `${level}: ${text}`)).toEqual([
      `error: ${SCOPE} was not checked: access denied: sagemaker:ListEndpoints`,
      'note: sagemaker/4/eu-west-1 is excluded: sandbox \\[see\\](https://example.com)',
    ]);
  });

  it('is a success with no results where all is in order', async () => {
    const { code, run } = await sarifOf({});
    expect([code, run.results, run.invocations[0].executionSuccessful]).toEqual([0, [], true]);
  });

  it('points at a manifest of any path by a URI', async () => {
    const uris = ['/tmp/a b.yaml:3', '../up/x.yaml', 'javascript:alert(1)'].map(async origin => {
      const { run } = await sarifOf({ scanner: { registrations: [aRegistration({ technicalOwner: null, origin })] } });
      return run.results[0]?.locations[0]?.physicalLocation?.artifactLocation.uri;
    });
    expect(await Promise.all(uris)).toEqual(['file:///tmp/a%20b.yaml', '../up/x.yaml', 'javascript%3Aalert(1)']);
  });
});
