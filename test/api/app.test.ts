import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/app.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import { aRecord, aRegistration } from '../support/builders.ts';
import { aFindingOf, FOLDED, peopleSide, TWINS } from '../support/people-side.ts';

const arnOf = (role: string, session: string) => `arn:aws:sts::111122223333:assumed-role/${role}/${session}`;
const KIM = arnOf('Models', 'kim@example.com');
const LEE = arnOf('Security', 'lee@example.com');
const MACHINE = arnOf('Pipeline', 'build-7');
const PEOPLE = [
  { role: 'arn:aws:iam::111122223333:role/Models', as: 'OWNER' },
  { role: 'arn:aws:iam::111122223333:role/Security', as: 'SECURITY' },
];
const ACK = '/api/findings/F-7K3Q/acknowledgement';

const anApi = async (...records: Parameters<typeof peopleSide>) => {
  const side = await peopleSide(...(records.length > 0 ? records : [aRecord()]));
  const logged: unknown[] = [];
  const log = { info: () => {}, warn: (...line: unknown[]) => logged.push(line) };
  const settings = settingsSchema.parse({ people: PEOPLE });
  const app = createApi({ ...side, settings, log });
  const send = async (
    method: string,
    path: string,
    { as = KIM, body, headers = {} }: { as?: string | null; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const request = { method, headers: { 'content-type': 'application/json', ...headers }, ...content };
    const response = await app.request(path, request, { event: { requestContext: { authorizer: { iam: { userArn: as } } } } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) };
  };
  return { ...side, logged, send };
};

describe('reading', () => {
  it('lists what is open to any caller, machines included, most urgent first', async () => {
    const hidden = aRecord({ rule: 'INV-03', id: 'F-AAAA0000' });
    const { send, count } = await anApi(
      aFindingOf('F-LOW00000', 'a', { severity: 'LOW' }),
      aRecord(),
      hidden,
      aFindingOf('F-GONE0000', 'b', { condition: 'CLEARED' }),
    );
    const { status, json, headers } = await send('GET', '/api/findings', { as: MACHINE });
    expect([status, json.schema, json.total]).toEqual([200, 'rollcall.findings/1', 2]);
    expect(json.findings.map(({ id }: { id: string }) => id)).toEqual(['F-7K3Q9ZB2', 'F-LOW00000']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(count.writes).toBe(0);
  });

  it('lists the backlog alone', async () => {
    const { send } = await anApi(aRecord(), aFindingOf('F-F0000000', 'a', { told: FOLDED }));
    const { json } = await send('GET', '/api/findings?folded');
    expect(json.findings).toMatchObject([{ id: 'F-F0000000', folded: true }]);
    expect((await send('GET', '/api/findings?folded=false')).json.total).toBe(2);
  });

  it('shows a finding by a prefix, whatever its letter case, with the remedy filled in', async () => {
    const { send } = await anApi(aRecord({ facts: { version: 'version 4' } }));
    const { json } = await send('GET', '/api/findings/f-7k3q');
    expect(json).toMatchObject({
      schema: 'rollcall.finding/1',
      finding: { id: 'F-7K3Q9ZB2', history: [{ event: 'OPENED' }], contact: null },
    });
    expect(json.finding.remedy).toEqual([
      'It should run: have version 4 approved (not by yourself) in the registry.',
      'It should not: go back to unknown.',
    ]);
  });

  it('answers who owns a model, what it connects to and what changed since its last approval', async () => {
    const { json } = await (await anApi()).send('GET', '/api/models/fraud-scorer');
    expect(json).toMatchObject({
      schema: 'rollcall.model/1',
      owners: { business: 'dana@example.com', technical: 'kim@example.com' },
      connects: { downstreamSystems: ['card-authoriser'] },
      lastApproval: { version: '3', approver: 'lee@example.com' },
      deployments: [{ name: 'fraud-scorer', listed: true }],
    });
    expect(json.changes.map(({ what }: { what: string }) => what)).toEqual([
      'kim@example.com attested the registration',
      'fraud-scorer was changed in sagemaker/111122223333/eu-west-1',
      'F-7K3Q9ZB2 APR-02 opened: version 4 live, approval covers 3',
    ]);
  });
});

describe('deciding', () => {
  it('stores an acknowledgement of an owner and answers with the finding as it is now', async () => {
    const { send, count } = await anApi();
    const { status, json } = await send('POST', ACK, { body: { reason: 'rollback planned', generation: 1 } });
    expect([status, json.schema, count.writes]).toEqual([200, 'rollcall.acknowledgement/1', 1]);
    expect(json.finding).toMatchObject({ state: 'ACKNOWLEDGED', answer: { by: 'kim@example.com', until: '2026-11-24T09:15:20.000Z' } });
    expect((await send('GET', '/api/findings/F-7K3Q')).json.finding.history).toMatchObject([
      { chain: 'record', event: 'OPENED' },
      { chain: 'response', event: 'ACKNOWLEDGED', by: 'kim@example.com', seq: 1 },
    ]);
  });

  it('lets one of two simultaneous answers through and shows the other the current state', async () => {
    const { send, findings } = await anApi();
    const answers = await Promise.all(['a', 'b'].map(reason => send('POST', ACK, { body: { reason } })));
    expect(answers.map(({ status }) => status)).toContain(409);
    expect(answers.map(({ status }) => status)).toContain(200);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'CONFLICT', current: { state: 'ACKNOWLEDGED' } });
    expect((await findings.history(aRecord())).filter(({ chain }) => chain === 'response').length).toBe(1);
  });

  it('lets security release one owner’s backlog and nothing else', async () => {
    const mine = aFindingOf('F-F0000000', 'a', { told: FOLDED });
    const other = aFindingOf('F-F1111111', 'b', { told: FOLDED, about: { ...aRecord().about, receivers: ['sam'] } });
    const { send } = await anApi(mine, other);
    expect((await send('POST', '/api/release', { as: LEE, body: { owner: 'KIM@example.com' } })).json).toEqual({
      schema: 'rollcall.release/1',
      released: ['F-F0000000'],
      skipped: [],
    });
    expect((await send('GET', '/api/findings?folded')).json.total).toBe(1);
    const again = await send('POST', '/api/release', { as: LEE, body: { ids: ['F-F000', 'F-F0000000'] } });
    expect(again.json).toMatchObject({ released: [], skipped: [{ id: 'F-F0000000', code: 'NOT_FOLDED' }] });
    expect((await send('POST', '/api/release', { as: LEE, body: { all: true } })).json.released).toEqual(['F-F1111111']);
  });

  it('lets a machine register, in its own name, and refuses wrong manifests as a whole with their places', async () => {
    const { send, count, registry } = await anApi();
    const body = { manifests: [{ file: 'm.yaml', text: 'name: churn\n' }] };
    const dry = await send('POST', '/api/registry/apply', { as: MACHINE, body: { ...body, dryRun: true } });
    expect(dry.json).toMatchObject({ dryRun: true, changes: [{ model: 'churn', action: 'CREATE' }], undeclared: ['fraud-scorer'] });
    expect(count.writes).toBe(0);
    await send('POST', '/api/registry/apply', { as: MACHINE, body });
    expect((await registry.get('churn'))?.registeredBy).toBe(MACHINE);
    const wrong = await send('POST', '/api/registry/apply', {
      body: { manifests: [...body.manifests, { file: 'x.yaml', text: 'name: x\naprover: y\n' }] },
    });
    expect(wrong).toMatchObject({ status: 400, json: { code: 'BAD_REQUEST', lines: [expect.stringMatching(/^x\.yaml:2:1: /)] } });
    expect(count.writes).toBe(1);
  });
});

describe('pruning', () => {
  const manifests = [{ file: 'm.yaml', text: 'name: churn\n' }];
  const prune = async (as: string, more: object = {}, others = 0) => {
    const { send, count, registry } = await anApi();
    for (let n = 0; n < others; n += 1) await registry.put(aRegistration({ name: `m-${n}` }));
    count.writes = 0;
    const { status, json } = await send('POST', '/api/registry/apply', { as, body: { manifests, prune: true, ...more } });
    return { status, json, writes: count.writes, left: (await registry.all()).registrations.map(({ name }) => name) };
  };

  it.each([
    ['a machine', MACHINE],
    ['an owner', KIM],
  ])('is refused to %s, who may see what it would remove', async (_who, as) => {
    expect(await prune(as)).toMatchObject({ status: 403, json: { code: 'NOT_ALLOWED' }, writes: 0 });
    const { json, writes } = await prune(as, { dryRun: true });
    expect([json.changes.map(({ action }: { action: string }) => action), writes]).toEqual([['CREATE', 'REMOVE'], 0]);
  });

  it('is done for security; of more than five and a fifth, only when their number is given', async () => {
    expect(await prune(LEE)).toMatchObject({ status: 200, left: ['churn'] });
    const refused = await prune(LEE, {}, 5);
    expect(refused).toMatchObject({ status: 409, json: { code: 'PRUNE_TOO_MANY' }, writes: 0, left: { length: 6 } });
    expect(refused.json.lines).toEqual(['npx rollcall apply -f <path> --prune --confirm 6']);
    expect(await prune(LEE, { confirm: 5 }, 5)).toMatchObject({ status: 409, writes: 0 });
    expect(await prune(LEE, { confirm: 6 }, 5)).toMatchObject({ status: 200, left: ['churn'] });
  });
});

describe('refusals', () => {
  const reason = 'x';
  const cleared = aRecord({ condition: 'CLEARED' });
  it.each<
    [string, string, string, Parameters<Awaited<ReturnType<typeof anApi>>['send']>[2], number, string, Parameters<typeof peopleSide>?]
  >([
    ['a machine does not acknowledge', 'POST', ACK, { as: MACHINE, body: { reason } }, 403, 'NOT_ALLOWED'],
    ['a machine does not release', 'POST', '/api/release', { as: MACHINE, body: { all: true } }, 403, 'NOT_ALLOWED'],
    ['an owner does not release', 'POST', '/api/release', { body: { all: true } }, 403, 'NOT_ALLOWED'],
    ['an owner of nothing does not acknowledge', 'POST', ACK, { as: arnOf('Models', 'sam'), body: { reason } }, 403, 'NOT_ALLOWED'],
    ['a request past the authorizer reads nothing', 'GET', '/api/findings', { as: null }, 403, 'NOT_ALLOWED'],
    ['an unknown id', 'GET', '/api/findings/F-ZZZZ', {}, 404, 'NOT_FOUND'],
    ['an unknown model', 'GET', '/api/models/constructor', {}, 404, 'NOT_FOUND'],
    ['an unknown path', 'GET', '/api/nothing', {}, 404, 'NOT_FOUND'],
    ['an id that is none', 'GET', '/api/findings/%2e%2e%2f', {}, 400, 'BAD_ID'],
    ['an id of 10 kB', 'GET', `/api/findings/${'F'.repeat(10_000)}`, {}, 400, 'BAD_REQUEST'],
    ['a prefix of two findings', 'GET', '/api/findings/F-FOo0', {}, 400, 'AMBIGUOUS', TWINS],
    ['a model name that is none', 'GET', '/api/models/A%20B', {}, 400, 'BAD_REQUEST'],
    ['a query nobody knows', 'GET', '/api/findings?limit=10abc', {}, 400, 'BAD_REQUEST'],
    ['a flag that is no flag', 'GET', '/api/findings?folded=maybe', {}, 400, 'BAD_REQUEST'],
    ['another method', 'DELETE', '/api/findings', {}, 405, 'METHOD'],
    ['a body that is not JSON', 'POST', ACK, { body: '{' }, 400, 'BAD_REQUEST'],
    ['a body 10,000 deep', 'POST', ACK, { body: `{"reason":${'['.repeat(10_000)}${']'.repeat(10_000)}}` }, 400, 'BAD_REQUEST'],
    ['a key nobody knows', 'POST', ACK, { body: { reason, by: 'dana@example.com' } }, 400, 'BAD_REQUEST'],
    ['a prototype key', 'POST', ACK, { body: '{"reason":"x","__proto__":{"generation":1}}' }, 400, 'BAD_REQUEST'],
    ['another content type', 'POST', ACK, { body: { reason }, headers: { 'content-type': 'text/plain' } }, 415, 'NOT_JSON'],
    ['1 MB and a byte', 'POST', ACK, { body: ' '.repeat(1024 * 1024 + 1) }, 413, 'TOO_LARGE'],
    ['a body that says it is larger', 'POST', ACK, { body: '{}', headers: { 'content-length': '1048577' } }, 413, 'TOO_LARGE'],
    ['an empty reason', 'POST', ACK, { body: { reason: '\u200b' } }, 400, 'REASON_EMPTY'],
    ['a reason of 10,000 characters', 'POST', ACK, { body: { reason: 'x'.repeat(10_000) } }, 400, 'REASON_TOO_LONG'],
    ['an end in the past', 'POST', ACK, { body: { reason, until: '2026-11-22' } }, 400, 'UNTIL_PAST'],
    ['an end too far away', 'POST', ACK, { body: { reason, until: '2027-11-22' } }, 400, 'UNTIL_TOO_LATE'],
    ['an end that is none', 'POST', ACK, { body: { reason, until: 'soon' } }, 400, 'BAD_REQUEST'],
    ['an earlier generation', 'POST', ACK, { body: { reason, generation: 1 } }, 409, 'CONFLICT', [aRecord({ generation: 2 })]],
    ['a resolved finding', 'POST', ACK, { body: { reason } }, 409, 'NOT_OPEN', [cleared]],
    ['an unknown finding, to a person', 'POST', '/api/findings/F-ZZZZ/acknowledgement', { body: { reason } }, 404, 'NOT_FOUND'],
    ['two answers at once to what is released', 'POST', '/api/release', { as: LEE, body: { all: true, owner: 'kim' } }, 400, 'BAD_REQUEST'],
  ])('refuses %s', async (_name, method, path, request, status, code, records = []) => {
    const { send, count } = await anApi(...records);
    const answer = await send(method, path, request);
    expect([answer.status, answer.json.code, answer.json.schema]).toEqual([status, code, 'rollcall.error/1']);
    expect(count.writes).toBe(0);
    expect(({} as Record<string, unknown>)['generation']).toBeUndefined();
  });

  it('tells an unmapped caller the line that would make them a person', async () => {
    const { json } = await (await anApi()).send('POST', ACK, { as: MACHINE, body: { reason } });
    expect(json.reason).toContain('\n  - { role: "arn:aws:iam::111122223333:role/Pipeline", as: OWNER }');
  });

  it('shows the current state beside a conflict', async () => {
    const { json } = await (await anApi(aRecord({ generation: 2 }))).send('POST', ACK, { body: { reason, generation: 1 } });
    expect(json.current).toMatchObject({ id: 'F-7K3Q9ZB2', generation: 2, state: 'OPEN' });
  });

  it.each(['GET', 'HEAD', 'PUT', 'OPTIONS'])('answers %s on an acknowledgement with what is allowed, and changes nothing', async method => {
    const { send, count } = await anApi();
    const { status, headers } = await send(method, ACK);
    expect([status, headers.get('allow'), count.writes]).toEqual([405, 'POST', 0]);
  });

  it('keeps the cause of a failure in the log and out of the answer', async () => {
    const { send, findings, logged } = await anApi();
    Object.assign(findings, { inScope: async () => Promise.reject(new Error('table secret-name is gone')) });
    const { status, json } = await send('GET', '/api/findings');
    expect([status, json.code, JSON.stringify(json).includes('secret')]).toEqual([500, 'INTERNAL', false]);
    expect(logged).toMatchObject([['api.failed', { message: 'table secret-name is gone' }]]);
  });
});
