import { expect, it } from 'vitest';
import { createApiClient } from '../../../lib/adapters/http/api-client.ts';

const client = (answer: (request: Request) => Response | Promise<Response>) =>
  createApiClient({
    url: 'https://abc.execute-api.eu-west-1.amazonaws.com/',
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' }),
    fetch: async request => answer(request),
  });

it('signs every request for execute-api, and sends no secret', async () => {
  const seen: Request[] = [];
  const api = client(request => (seen.push(request), Response.json({ schema: 'rollcall.findings/1', total: 0, findings: [] })));
  expect(await api.findings({ folded: true })).toMatchObject({ ok: true, value: { total: 0 } });
  const [request] = seen;
  expect(request?.url).toBe('https://abc.execute-api.eu-west-1.amazonaws.com/api/findings?folded');
  expect(request?.headers.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /);
  expect(request?.headers.get('x-amz-security-token')).toBe('token');
  expect(JSON.stringify([...(request?.headers ?? [])])).not.toContain('secret');
});

it('keeps what people type out of the path', async () => {
  const paths: string[] = [];
  const api = client(({ url }) => (paths.push(new URL(url).pathname), Response.json({}, { status: 403 })));
  await api.show('../../release');
  expect(paths).toEqual(['/api/findings/..%2F..%2Frelease']);
});

it('gives a refusal of Rollcall back as it is', async () => {
  const error = { schema: 'rollcall.error/1', code: 'AMBIGUOUS', reason: 'two', lines: ['a', 'b'] };
  expect(await client(() => Response.json(error, { status: 400 })).show('F-7K3Q')).toEqual({
    ok: false,
    code: 'AMBIGUOUS',
    reason: 'two',
    lines: ['a', 'b'],
  });
});

it('reads the gateway’s own refusal as a missing permission', async () => {
  const outcome = await client(() => Response.json({ message: 'Forbidden' }, { status: 403 })).release({ all: true });
  expect(outcome).toMatchObject({ ok: false, code: 'NOT_ALLOWED', reason: expect.stringContaining('execute-api:Invoke') });
});

it.each([
  ['a page that is not of Rollcall', () => new Response('<html>', { status: 200 }), 'answered 200 with something that is not of Rollcall'],
  ['a newer schema', () => Response.json({ schema: 'rollcall.model/2' }), 'answered 200'],
  ['no network', () => Promise.reject(new TypeError('fetch failed')), 'cannot be reached'],
])('throws for %s: it is no answer, so it must not read as one', async (_name, answer, text) => {
  await expect(client(answer).model('fraud-scorer')).rejects.toThrow(text);
});
