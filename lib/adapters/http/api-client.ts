import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { appliedViewSchema, draftViewSchema } from '../../core/applied-view.ts';
import { findingDetailSchema, findingsAnswerSchema, findingViewSchema, releasedSchema } from '../../core/finding-view.ts';
import { modelViewSchema } from '../../core/model-view.ts';
import { done, mapped, type Outcome, REFUSALS, refused } from '../../core/outcome.ts';

export interface ApiClientDeps {
  /** The `ApiUrl` of the stack. */
  readonly url: string;
  readonly region: string;
  readonly credentials: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  }>;
  readonly fetch: (request: Request) => Promise<Response>;
}

const errorSchema = z.object({
  schema: z.literal('rollcall.error/1'),
  code: z.enum(REFUSALS),
  reason: z.string(),
  current: findingViewSchema.optional(),
  lines: z.array(z.string()).optional(),
});
const findingAnswer = <T extends z.ZodType>(finding: T) => z.object({ finding });

/** The API of a deployed Rollcall, signed as the caller. Throws when it cannot be reached or answers what no Rollcall answers. */
export const createApiClient = (deps: ApiClientDeps) => {
  const ask = requester(deps);
  return {
    findings: ({ folded }: { readonly folded: boolean }) => ask(findingsAnswerSchema, `/api/findings${folded ? '?folded' : ''}`),
    show: async (id: string) => inside(await ask(findingAnswer(findingDetailSchema), `/api/findings/${encodeURIComponent(id)}`)),
    draft: (id: string) => ask(draftViewSchema, `/api/findings/${encodeURIComponent(id)}/manifest`),
    model: (name: string) => ask(modelViewSchema, `/api/models/${encodeURIComponent(name)}`),
    acknowledge: async ({ id, ...body }: { readonly id: string; readonly reason: string }) =>
      inside(await ask(findingAnswer(findingViewSchema), `/api/findings/${encodeURIComponent(id)}/acknowledgement`, body)),
    release: (which: object) => ask(releasedSchema, '/api/release', which),
    apply: (manifests: object) => ask(appliedViewSchema, '/api/registry/apply', manifests),
  };
};

const inside = <T>(outcome: Outcome<{ readonly finding: T }>): Outcome<T> => mapped(outcome, ({ finding }) => finding);

const requester =
  (deps: ApiClientDeps) =>
  async <T>(schema: z.ZodType<T>, path: string, body?: object): Promise<Outcome<T>> => {
    const url = deps.url.replace(/\/+$/, '') + path;
    const response = await send(deps, url, body);
    const answer = schema.safeParse(response.ok ? response.json : undefined);
    if (answer.success) return done(answer.data);
    const error = errorSchema.safeParse(response.json);
    if (error.success) return refused(error.data.code, error.data.reason, { current: error.data.current, lines: error.data.lines });
    // The gateway's own answer, before any function ran.
    if (response.status === 403)
      return refused('NOT_ALLOWED', `${url} refused the signature: the caller needs execute-api:Invoke on this API`);
    throw new Error(`${url} answered ${response.status} with something that is not of Rollcall: is it the ApiUrl of the stack?`);
  };

const send = async (deps: ApiClientDeps, url: string, body: object | undefined) => {
  const { accessKeyId, secretAccessKey, sessionToken } = await deps.credentials();
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const signer = new AwsClient({ ...keys, service: 'execute-api', region: deps.region });
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const request = await signer.sign(url, body === undefined ? { method: 'GET' } : post);
  const response = await deps.fetch(request).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached: is it the ApiUrl of the stack, and is there a network?`, { cause });
  });
  return { ok: response.ok, status: response.status, json: jsonOf(await response.text()) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no answer of Rollcall; the caller says so with the address.
    return undefined;
  }
};
