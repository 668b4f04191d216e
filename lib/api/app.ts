import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import { done, mapped, type Outcome, type Refusal, refused } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import { InputError, problemLine } from '../manifests/input-error.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { renderDraft } from '../manifests/render-draft.ts';
import type { Clock, FindingStore, InventoryStore, Log, RegistryStore } from '../ports.ts';
import { acknowledgeFinding } from '../usecases/acknowledge-finding.ts';
import { listFindings, showFinding } from '../usecases/find-findings.ts';
import { releaseFindings } from '../usecases/release-findings.ts';
import { draftFor, registerModels } from '../usecases/register-models.ts';
import { showModel } from '../usecases/show-model.ts';
import { ERROR_STATUS } from './error-status.ts';
import { type Identified, identifyCaller } from './identify-caller.ts';
import { userArnOf } from './lambda-event.ts';
import { acknowledgementBody, applyBody, findingsQuery, modelName, releaseBody } from './schemas.ts';

export interface ApiDeps {
  readonly registry: RegistryStore;
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a route is given: the request, and who sent it. */
interface Asked {
  readonly context: Context;
  readonly caller: Identified;
}
type Route = (deps: ApiDeps, asked: Asked) => Promise<Outcome<object>>;

/** A request that is refused before any use case sees it. */
class RequestError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.reason, { cause });
    this.refusal = refusal;
  }
}

/** Larger bodies are refused; a function could take 6 MB, and no request needs more than this. */
const BODY_BYTES = 1024 * 1024;

const findings: Route = async (deps, { context }) =>
  done(await listFindings(deps, { ...parse(findingsQuery, context.req.query(), 'query'), now: deps.clock.now() }));

const finding: Route = async (deps, { context }) => {
  const shown = await showFinding(deps, idOf(context), deps.clock.now());
  return mapped(shown, value => ({ schema: 'rollcall.finding/1', finding: value }));
};

const manifest: Route = async (deps, { context }) =>
  mapped(await draftFor(deps, idOf(context)), draft => ({ schema: 'rollcall.draft/1', manifest: renderDraft(draft) }));

const acknowledgement: Route = async (deps, { context, caller }) => {
  if (!caller.known) return refused('NOT_ALLOWED', caller.reason);
  const { reason, until, generation } = await readBody(context, acknowledgementBody);
  const ask = { id: idOf(context), caller: caller.caller, reason, until, generation, now: deps.clock.now() };
  const outcome = await acknowledgeFinding(deps, ask);
  return mapped(outcome, value => ({ schema: 'rollcall.acknowledgement/1', finding: value }));
};

const release: Route = async (deps, { context, caller }) => {
  if (!caller.known) return refused('NOT_ALLOWED', caller.reason);
  return releaseFindings(deps, { which: await readBody(context, releaseBody), caller: caller.caller, now: deps.clock.now() });
};

const model: Route = async (deps, { context }) =>
  showModel(deps, { name: parse(modelName, context.req.param('name'), 'name'), now: deps.clock.now() });

const apply: Route = async (deps, { context, caller: identified }) => {
  const { by } = identified;
  const caller = identified.known ? identified.caller : undefined;
  const { manifests, ...how } = await readBody(context, applyBody);
  const now = deps.clock.now();
  const files = manifests.map(({ file, text }) => ({ file, content: text }));
  const declared = readManifests({ from: 'the body', files }, { source: 'MANIFEST', by, now });
  return registerModels(deps, { ...how, by, caller, now, declared });
};

const ROUTES: readonly (readonly [path: string, methods: Readonly<Partial<Record<'GET' | 'POST', Route>>>])[] = [
  ['/api/findings', { GET: findings }],
  ['/api/findings/:id', { GET: finding }],
  ['/api/findings/:id/manifest', { GET: manifest }],
  ['/api/findings/:id/acknowledgement', { POST: acknowledgement }],
  ['/api/release', { POST: release }],
  ['/api/models/:name', { GET: model }],
  ['/api/registry/apply', { POST: apply }],
];

/** The API as one function from request to response. Everybody that IAM lets in may read and register; people decide. */
export const createApi = (deps: ApiDeps): Hono => {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  app.use(
    bodyLimit({ maxSize: BODY_BYTES, onError: context => answer(context, refused('TOO_LARGE', `a body has at most ${BODY_BYTES} bytes`)) }),
  );
  for (const [path, methods] of ROUTES) {
    for (const [method, route] of Object.entries(methods)) app.on(method, path, context => handle(deps, route, context));
    app.all(path, context => notHere(context, Object.keys(methods)));
  }
  app.notFound(context => answer(context, refused('NOT_FOUND', 'there is nothing here')));
  app.onError((error, context) => answer(context, refusalOf(deps.log, error)));
  return app;
};

const handle = async (deps: ApiDeps, route: Route, context: Context): Promise<Response> => {
  const userArn = userArnOf(context.env);
  if (userArn === undefined)
    return answer(context, refused('NOT_ALLOWED', 'no verified caller: the request did not pass the IAM authorizer'));
  return answer(context, await route(deps, { context, caller: identifyCaller(userArn, deps.settings.people) }));
};

const answer = (context: Context, outcome: Outcome<object>): Response => {
  if (outcome.ok) return context.json(outcome.value);
  const { code, reason, current, lines } = outcome;
  return context.json({ schema: 'rollcall.error/1', code, reason, current, lines }, ERROR_STATUS[code]);
};

const notHere = (context: Context, methods: readonly string[]): Response => {
  const allow = methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  context.header('Allow', allow);
  return answer(context, refused('METHOD', `${context.req.method} is not for this path: ${allow}`));
};

const refusalOf = (log: Log, error: Error): Refusal => {
  if (error instanceof RequestError) return error.refusal;
  if (error instanceof InputError)
    return refused('BAD_REQUEST', 'the manifests are refused as a whole', { lines: error.problems.map(problemLine) });
  log.warn('api.failed', { name: error.name, message: error.message, stack: error.stack });
  return refused('INTERNAL', 'this could not be done: the reason is in the log of the function');
};

const idOf = (context: Context): string => parse(z.string().max(16), context.req.param('id'), 'id');

const readBody = async <T>(context: Context, schema: z.ZodType<T>): Promise<T> => {
  const type = context.req.header('content-type') ?? 'nothing';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new RequestError(refused('NOT_JSON', `the body is ${type}: send application/json`));
  return parse(schema, parseJson(await context.req.text()), 'body');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError(refused('BAD_REQUEST', 'the body is not JSON'), error);
  }
};

const parse = <T>(schema: z.ZodType<T>, value: unknown, where: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.slice(0, 20).map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`);
  throw new RequestError(refused('BAD_REQUEST', lines[0] ?? where, { lines }), parsed.error);
};
