import { describe, expect, it } from 'vitest';
import { InputError, problemLine } from '../../lib/manifests/input-error.ts';
import { type Authority, readManifests } from '../../lib/manifests/read-manifests.ts';
import { NOW } from '../support/builders.ts';

const REPOSITORY: Authority = { source: 'REPOSITORY', by: 'scan', now: NOW };
const read = (content: string | Uint8Array, authority = REPOSITORY) =>
  readManifests({ from: 'registry', files: [{ file: 'm.yaml', content }] }, authority);
const refusal = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
};

const HEX = 'ab'.repeat(32);
const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333';
const FULL = `apiVersion: rollcall/v1
kind: Model
name: fraud-scorer                     # [a-z0-9-], unique
purpose: >
  Score card payments
  for fraud
riskTier: HIGH
businessOwner: dana@example.com
technicalOwner: kim@example.com
match: { packageGroup: "${ARN}:model-package-group/fraud", tags: { team: fraud }, uses: ["111122223333/anthropic.claude-*"] }
approvals: SAGEMAKER
governanceUnit: MODEL
lifecycle: PRODUCTION
dataSources: [{ uri: "s3://payments/2026", classification: confidential, personalData: true }]
downstreamSystems: [card-authoriser]
operatingConstraints: { regions: [eu-west-1], networkIsolation: true, allowedRoles: ["arn:aws:iam::111122223333:role/fraud-*"] }
versions:
  - version: "3"
    composition: "c1:sha256:${HEX}"
    approval: { status: APPROVED, environment: prod, approver: lee@example.com, requester: kim@example.com, at: 2026-11-01T10:00:00Z, expiresAt: 2027-05-01T00:00:00Z }
    evidence: [{ type: TEST, uri: "s3://tests/3", digest: "sha256:${HEX}", passed: true, at: 2026-10-30T08:00:00Z }]
  - { version: "2", packageArn: "${ARN}:model-package/fraud/2" }
  - { version: "1", image: "repo@sha256:${HEX}", artifact: "s3://models/v1" }
deployments:
  - { arn: "${ARN}:endpoint/fraud-scorer", environment: prod, version: "3" }
attestation: { by: kim@example.com, at: 2026-11-02T09:00:00Z }
`;

describe('a good manifest', () => {
  const composition = { by: 'COMPOSITION', composition: `c1:sha256:${HEX}` };
  const asserted = { source: 'REPOSITORY', assertedBy: null };

  it('becomes a registration with everything it says, times in one form and its decisions oldest first', () => {
    expect(read(FULL)).toEqual([
      {
        name: 'fraud-scorer',
        purpose: 'Score card payments for fraud',
        riskTier: 'HIGH',
        businessOwner: 'dana@example.com',
        technicalOwner: 'kim@example.com',
        match: { packageGroup: `${ARN}:model-package-group/fraud`, tags: { team: 'fraud' }, uses: ['111122223333/anthropic.claude-*'] },
        approvals: 'SAGEMAKER',
        governanceUnit: 'MODEL',
        lifecycle: 'PRODUCTION',
        dataSources: [{ uri: 's3://payments/2026', classification: 'confidential', personalData: true }],
        downstreamSystems: ['card-authoriser'],
        operatingConstraints: {
          regions: ['eu-west-1'],
          guardrailRequired: false,
          loggingRequired: false,
          networkIsolation: true,
          allowedRoles: ['arn:aws:iam::111122223333:role/fraud-*'],
        },
        versions: [
          {
            version: '3',
            identity: composition,
            parts: [],
            evidence: [{ type: 'TEST', uri: 's3://tests/3', digest: `sha256:${HEX}`, passed: true, at: '2026-10-30T08:00:00.000Z' }],
          },
          { version: '2', identity: { by: 'PACKAGE', packageArn: `${ARN}:model-package/fraud/2` }, parts: [], evidence: [] },
          {
            version: '1',
            identity: { by: 'IMAGE_AND_ARTEFACT', image: `repo@sha256:${HEX}`, artefact: 's3://models/v1' },
            parts: [],
            evidence: [],
          },
        ],
        deployments: [{ arn: `${ARN}:endpoint/fraud-scorer`, environment: 'prod', version: '3' }],
        decisions: [
          {
            type: 'APPROVAL',
            version: '3',
            identity: composition,
            status: 'APPROVED',
            environment: 'prod',
            approver: 'lee@example.com',
            requester: 'kim@example.com',
            at: '2026-11-01T10:00:00.000Z',
            expiresAt: '2027-05-01T00:00:00.000Z',
            ...asserted,
          },
          { type: 'ATTESTATION', by: 'kim@example.com', at: '2026-11-02T09:00:00.000Z', ...asserted },
        ],
        registeredAt: NOW,
        registeredBy: 'scan',
        origin: 'm.yaml:3',
        revision: 1,
      },
    ]);
  });

  it('needs no more than a name; what is absent is absent and not empty', () => {
    expect(read('name: early')[0]).toMatchObject({
      purpose: null,
      dataSources: null,
      downstreamSystems: null,
      approvals: 'ROLLCALL',
      decisions: [],
    });
  });

  it('carries the verified caller as the one who asserts its decisions when it is applied', () => {
    const applied = read(FULL, { source: 'MANIFEST', by: 'sam', now: NOW })[0]!;
    expect(applied.decisions.map(({ source, assertedBy }) => [source, assertedBy])).toEqual([
      ['MANIFEST', 'sam'],
      ['MANIFEST', 'sam'],
    ]);
  });

  it.each([
    ['a byte order mark and CRLF', '\ufeffname: a\r\nriskTier: LOW\r\n'],
    ['several documents, empty ones among them', '---\nname: a\n---\n---\n# nothing\n'],
    ['JSON', '{"name":\t"a",\n\t"purpose": "\\u00e9"}'],
    ['bytes', new TextEncoder().encode('name: a')],
  ])('may come as %s', (_, content) => {
    expect(read(content).map(({ name }) => name)).toEqual(['a']);
  });

  it('an empty list says that there are no models, and an expired approval is data', () => {
    expect(read('[]')).toEqual([]);
    expect(read(FULL.replaceAll('2027-05-01', '2026-11-02'))).toHaveLength(1);
  });
});

const approval = (fields: string) => `name: a⏎versions:⏎- version: "1"⏎  composition: c1:sha256:${HEX}⏎  approval: {${fields}}`;
const AT = 'at: 2026-11-01T10:00:00Z';

/** A manifest (⏎ ends a line) and the one problem that it is refused for, after `m.yaml:`. */
const REFUSED = String.raw`
 | NO_MODELS
# later | NO_MODELS
purpose: x | 1:1: name: missing
- name: a | 1:1: expected a mapping, got a list
fraud | 1:1: expected a mapping, got "fraud"
name: Fraud_Scorer | 1:7: name: expected a-z, 0-9 and - inside, at most 128 characters, got "Fraud_Scorer"
${approval(`status: APPROVED, ${AT}, aprover: lee`)} | 5:58: versions[0].approval.aprover: unknown key (did you mean approver?)
name: a⏎attestation: {by: kim, ${AT}, zz: 1} | 2:50: attestation.zz: unknown key (known here: by, at)
name: a⏎riskTier: high | 2:11: riskTier: expected EXPERIMENT or LOW or MEDIUM or HIGH, got "high" (did you mean HIGH?)
name: a⏎versions: [{version: 3, image: x, artifact: y}] | 2:22: versions[0].version: expected text, got 3 (put it in quotes)
name: a⏎downstreamSystems: x | 2:20: downstreamSystems: expected a list, got "x"
name: a⏎purpose: | 2:9: purpose: empty (write the value, or remove the line)
name: a⏎riskTier: TODO # HIGH? | 2:11: riskTier: TODO_REFUSED
name: a⏎downstreamSystems: ["TODO: ask Dana"] | 2:21: downstreamSystems[0]: TODO_REFUSED
apiVersion: rollcall/v99⏎kind: Fleet | 1:13: apiVersion: rollcall/v99 is newer than this tool, which reads rollcall/v1 (update the tool)
apiVersion: v1⏎name: a | 1:13: apiVersion: expected rollcall/v1, got "v1"
name: a⏎versions: [{version: "1"}] | 2:12: versions[0]: ONE_IDENTITY
name: a⏎versions: [{version: "1", composition: "c1:sha256:${HEX}", packageArn: "${ARN}:model-package/a/1"}] | 2:12: versions[0]: ONE_IDENTITY
name: a⏎versions: [{version: "1", image: x}] | 2:12: versions[0]: ONE_IDENTITY
name: a⏎versions: [{version: "1", composition: "c1:sha256:${HEX}", artifact: x}] | 2:12: versions[0]: ONE_IDENTITY
name: a⏎versions: [{version: "1", image: x, artifact: y, parts: [a b c]}] | 2:57: versions[0].parts: parts explain a composition: write the composition that they make
name: a⏎versions: [{version: "1", composition: "c1:sha256:${HEX}", parts: [a b]}] | 2:125: versions[0].parts: expected a part such as "artefact container.1/model s3://models/v3", not "a b"
name: a⏎versions: [{version: "1", composition: "c1:sha256:${HEX}", parts: [image container.1 x]}] | 2:125: versions[0].parts: these parts make c1:sha256:f474dbcfeb466c09dddc0f85ab02ace737286b2c5a1bdfae8d48528ffd308132, not c1:sha256:${HEX}: paste both as "rollcall digest ARN" prints them
name: a⏎versions: [{version: "1", composition: c1}] | 2:40: versions[0].composition: expected c1:sha256: and 64 hex digits, as "rollcall digest ARN" prints it, got "c1"
name: a⏎versions:⏎- {version: "1", image: x, artifact: y}⏎- {version: "1", image: x, artifact: y} | 4:13: versions[1].version: given twice, first in item 0
name: a⏎match: {uses: [anthropic.claude-v2]} | 2:16: match.uses[0]: USES, got "anthropic.claude-v2"
name: a⏎match: {uses: ["111122223333/*"]} | 2:16: match.uses[0]: USES, got "111122223333/*"
name: a⏎match: {uses: ["111122223333/a*b"]} | 2:16: match.uses[0]: USES, got "111122223333/a*b"
name: a⏎deployments: [{arn: "arn:aws:s3:::x"}] | 2:21: deployments[0].arn: expected the ARN of a deployment such as ${ARN}:endpoint/fraud-scorer, got "arn:aws:s3:::x"
${approval(`status: APPROVED, ${AT}, approver: Kim, requester: kim`)} | 5:68: versions[0].approval.approver: Kim is also the requester: nobody approves their own request (APR-04, self-approval)
${approval(`status: APPROVED, ${AT}, approver: José, requester: "jose\\u0301"`)} | 5:68: versions[0].approval.approver: José is also the requester: nobody approves their own request (APR-04, self-approval)
${approval(`status: APPROVED, ${AT}, expiresAt: 2026-11-01T09:59:59Z`)} | 5:69: versions[0].approval.expiresAt: the approval ends before it is given
${approval('status: APPROVED')} | 5:13: versions[0].approval.at: missing
${approval('status: APPROVED, at: 2026-11-01T10:00:00+01:00')} | 5:36: versions[0].approval.at: NO_TIME, got "2026-11-01T10:00:00+01:00"
${approval('status: APPROVED, at: 2026-02-30T10:00:00Z')} | 5:36: versions[0].approval.at: NO_TIME, got "2026-02-30T10:00:00Z"
name: a⏎technicalOwner: a@localhost | 2:17: technicalOwner: NOBODY
name: a⏎technicalOwner: '"a@b"@c.example' | 2:17: technicalOwner: NOBODY
name: a⏎technicalOwner: ${'k'.repeat(255)} | 2:17: technicalOwner: Too big: expected string to have <=254 characters, got "${'k'.repeat(59)}…
name: a⏎technicalOwner: "kim\nlee" | 2:17: technicalOwner: expected one line of text without spaces around it, got "kim\nlee"
name: a⏎name: b | 2:1: name: the key is given twice, first at 1:1
{"name": "a", "name": "b"} | 1:15: name: the key is given twice, first at 1:2
name: &x a | 1:7: anchors are not read here: &x (write the plain value)
name: *x | 1:7: aliases are not read here: *x (write the plain value)
name: !!js/function "x" | 1:7: tags are not read here: !!js/function (write the plain value)
%YAML 1.1⏎---⏎name: a | 1:1: directives are not read here: %YAML 1.1 (write the plain value)
name: a⏎match: {tags: {__proto__: x}} | 2:16: match.tags.__proto__: this key is never read (remove it)
name: a⏎match: {tags: {constructor: x}} | 2:16: match.tags.constructor: this key is never read (remove it)
name: a⏎purpose: x${'\u0007'} | 2:11: contains \u0007 (remove the character)
name: a # ${'\u202e'} | 1:11: contains \u202e (remove the character)
name: a⏎purpose: "\u202ex" | 2:10: purpose: contains \u202e (remove the character)
name: a⏎purpose: "\ud800x" | 2:10: purpose: contains \ud800 (remove the character)
name: a⏎match: {tags: {"\u200bx": y}} | 2:16: match.tags["\u200bx"]: contains \u200b (remove the character)
name: [a⏎b: 1 | 2:1: Flow sequence in block collection must be sufficiently indented and end with a ]
name: a⏎? [b]⏎: c | 2:3: With stringKeys, all keys must be strings`
  .replaceAll('NO_MODELS', 'no models (write a manifest, or [] to say that there are none)')
  .replaceAll('TODO_REFUSED', 'TODO is not filled in (write the value, or remove the line)')
  .replaceAll('ONE_IDENTITY', 'a version has exactly one identity: composition, or packageArn, or image and artifact')
  .replaceAll('NO_TIME', 'expected a time in UTC such as 2026-11-01T10:00:00Z')
  .replaceAll('USES', 'expected an account and a model such as "111122223333/anthropic.claude-sonnet-4*"')
  .replaceAll('NOBODY', 'expected a name or an e-mail address');

describe('a bad manifest is refused with the place and the next step', () => {
  it.each(
    REFUSED.split('\n')
      .slice(1)
      .map(row => row.split(' | ')),
  )('%s', (content = '', expected = '') => {
    expect(refusal(() => read(content.replaceAll('⏎', '\n')))).toEqual([
      `m.yaml:${expected.startsWith('no models') ? ' ' : ''}${expected}`,
    ]);
  });

  it('reports every problem of every file, at most 50 of them', () => {
    const files = [
      { file: 'a.yaml', content: 'name: A\nporpose: x\n---\nname: TODO' },
      { file: 'b.yaml', content: 'name: [' },
    ];
    expect(refusal(() => readManifests({ from: 'registry', files }, REPOSITORY)).map(line => line.split(': ')[0])).toEqual([
      'a.yaml:4:7',
      'a.yaml:1:7',
      'a.yaml:2:1',
      'b.yaml:1:8',
    ]);
    const many = refusal(() => read(`name: a\n${Array.from({ length: 80 }, (_, n) => `zz${n}: 1\n`).join('')}`));
    expect([many.length, many.at(-1)]).toEqual([51, 'the first 50 problems of more']);
  });

  it('names both places of a model that is declared twice', () => {
    const files = ['a', 'b'].map(file => ({ file: `${file}.yaml`, content: 'kind: Model\nname: fraud' }));
    expect(refusal(() => readManifests({ from: 'registry', files }, REPOSITORY))).toEqual([
      'b.yaml:2:7: name: fraud is already declared at a.yaml:2:7',
    ]);
  });

  it('says so when there is no file at all', () => {
    expect(refusal(() => readManifests({ from: 'registry', files: [] }, REPOSITORY))).toEqual([
      expect.stringMatching(/^registry: no models/),
    ]);
  });

  it('shows a file name without what could change how the line reads', () => {
    expect(problemLine({ file: 'a\u202e\n.yaml', line: 0, column: 0, path: '', reason: 'x', hint: null })).toBe('a\\u202e\\u000a.yaml: x');
  });
});

describe('a hostile file is refused before anything is built from it', () => {
  it.each([
    ['a megabyte and a byte', `name: a #${'x'.repeat(1_000_000)}`, 'm.yaml: larger than 1000000 bytes (use several files)'],
    ['no UTF-8', new Uint8Array([0x6e, 0x3a, 0x20, 0xff]), 'm.yaml: not UTF-8 text (save the file as UTF-8)'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x6e, 0x00]), 'm.yaml: not UTF-8 text (save the file as UTF-8)'],
    ['1,001 documents', '---\nname: a\n'.repeat(1001), 'm.yaml:2001:1: more than 1000 documents (use several files)'],
    ['1,001 documents that only end', 'name: a\n...\n'.repeat(1001), 'm.yaml:2001:1: more than 1000 documents (use several files)'],
    ['200,000 tags', '- !a\n'.repeat(199_999), 'm.yaml:1:3: tags are not read here: !a (write the plain value)'],
    ['100,000 brackets', '['.repeat(100_000), 'm.yaml:1:51: nested deeper than 50'],
    ['100,000 dashes', '- '.repeat(100_000), 'm.yaml:1:101: nested deeper than 50'],
    ['51 mappings', Array.from({ length: 52 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''), expect.stringMatching(/nested deeper than 50$/)],
  ])('%s', (_, content, expected) => {
    expect(refusal(() => read(content)).slice(0, 1)).toEqual([expected]);
  });

  it('does not mistake the text of a value for a token of the file', () => {
    expect(read('name: a\npurpose: |\n  &no *no !no [[[\n')[0]?.purpose).toBe('&no *no !no [[[');
    expect(read(`name: a\ndownstreamSystems: [${'"- - - -", '.repeat(60)}]`)[0]?.downstreamSystems).toHaveLength(60);
  });
});
