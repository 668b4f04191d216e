import { createServer, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type Call, type Session } from './call.ts';
import { type Estate, type EstateInput, estateSchema } from './estate.ts';
import { createFaults, type Fault, type FaultSwitch } from './faults.ts';
import { populate } from './populate.ts';
import { type Answer, protocolOf, type Received, type Request, readRequest, renderError, renderResult } from './protocol.ts';
import { RECORD_KINDS, recordArn } from './records.ts';
import { refusal } from './refusals.ts';
import { reload } from './reload.ts';
import { arnOf, createWorld, type Doc, type Kind, KINDS, type Place, RESOURCES, type World } from './world.ts';

export interface SimcloudOptions {
  readonly estate: EstateInput;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** The most items a page holds, whatever is asked for; default as AWS. */
  readonly pageSize?: number;
  readonly latencyMs?: number;
  /** How long an endpoint takes to be created, updated or deleted; default 5000. */
  readonly settleMs?: number;
  /** Milliseconds since the epoch; default the system's. */
  readonly clock?: () => number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export interface CallCount extends Place {
  readonly operation: string;
  readonly count: number;
}

export interface Simcloud {
  readonly endpoint: string;
  readonly port: number;
  /** Requests received since the start, retries included. */
  readonly calls: () => readonly CallCount[];
  /** What AssumeRole has given out. */
  readonly sessions: () => readonly Session[];
  readonly world: World;
  readonly faults: FaultSwitch;
  /** Makes the world what a changed estate says; what did not differ from the last estate stays as it is. */
  readonly load: (estate: EstateInput) => void;
  readonly close: () => Promise<void>;
}

interface State extends Omit<SimcloudOptions, 'estate'>, Pick<Call, 'tokens' | 'orders' | 'world' | 'sessions'> {
  readonly now: () => number;
  readonly faults: FaultSwitch;
  readonly counts: Map<string, CallCount>;
  estate: Estate;
}

/** Serves an estate on 127.0.0.1 under AWS's protocols. Rejects when the port is taken or the estate is not valid. */
export const startSimcloud = async (options: SimcloudOptions): Promise<Simcloud> => {
  const now = options.clock ?? Date.now;
  const estate = estateSchema.parse(options.estate);
  const world = createWorld(now);
  const faults = createFaults();
  const state: State = {
    ...options,
    estate,
    now,
    world,
    faults,
    tokens: new Map(),
    orders: new Map(),
    sessions: new Map(),
    counts: new Map(),
  };
  populate(world, estate, now());
  faults.replace(estate.faults);
  const server = createServer((request, response) => {
    void respond(state, request).then(answer => {
      if (answer === 'reset') return request.socket.resetAndDestroy();
      return response.writeHead(answer.status, { 'x-amzn-requestid': 'simcloud', ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    world,
    faults,
    calls: () => [...state.counts.values()],
    sessions: () => [...state.sessions.values()],
    load: load(state),
    close,
  };
};

const load = (state: State) => (input: EstateInput) => {
  const next = estateSchema.parse(input);
  reload({ world: state.world, from: state.estate, to: next, now: state.now() });
  if (JSON.stringify(next.faults) !== JSON.stringify(state.estate.faults)) state.faults.replace(next.faults);
  state.estate = next;
};

const respond = async (state: State, incoming: IncomingMessage): Promise<Answer | 'reset'> => {
  const { method = 'GET', url = '/', headers } = incoming;
  const protocol = protocolOf(headers);
  try {
    const request = identified({ method, url, headers, body: await readText(incoming) });
    const call = identify(state, request);
    const slow = call.fault?.kind === 'slow' ? call.fault.milliseconds : 0;
    await (state.wait ?? sleep)((state.latencyMs ?? 0) + slow);
    if (call.fault?.kind === 'reset') return 'reset';
    return garbled(renderResult(request, perform(state, call, request)), call.fault);
  } catch (error) {
    if (error instanceof AwsError) return renderError(protocol, error);
    return renderError(protocol, new AwsError('InternalFailure', `simcloud itself failed: ${String(error)}`, 500));
  }
};

const identified = (received: Received): Request => {
  if (!received.headers.authorization) throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  return readRequest(received);
};

/** The access key is that of a session, or names the account; otherwise it is one of the first account's. */
const callerOf = ({ estate, sessions, now }: State, { accessKey, token, protocol }: Request) => {
  const session = sessions.get(accessKey);
  if (session && (session.until <= now() || session.token !== token))
    throw new AwsError(
      protocol === 'query' ? 'ExpiredToken' : 'ExpiredTokenException',
      'The security token included in the request is expired',
      403,
    );
  const account = session?.account ?? (/^\d{12}$/.test(accessKey) ? accessKey : Object.keys(estate.accounts)[0]) ?? '';
  return { account, caller: session?.arn ?? `arn:aws:iam::${account}:user/simcloud` };
};

/** Who calls, and for where: the credential scope names the region. */
const identify = (state: State, request: Request): Call => {
  const { service, operation, body, region, protocol } = request;
  const { accounts, images, objects } = state.estate;
  const { account, caller } = callerOf(state, request);
  const target = { operation, account, region };
  const key = Object.values(target).join(' ');
  state.counts.set(key, { ...target, count: (state.counts.get(key)?.count ?? 0) + 1 });
  if (!accounts[account]) {
    const code = protocol === 'query' ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
    throw new AwsError(code, 'The security token included in the request is invalid.', protocol === 'json' ? 400 : 403);
  }
  const now = state.now();
  const { searchLagSeconds: lag = 0, modelUse = [] } = accounts[account][region] ?? {};
  const { estate, world, tokens, orders, sessions, pageSize, settleMs = 5000 } = state;
  const fault = state.faults.next(target);
  const known = { estate, world, tokens, orders, sessions, images, objects, modelUse };
  return { ...target, ...known, service, body, now, pageSize, settleMs, caller, searchAt: now - lag * 1000, fault };
};

const perform = (state: State, call: Call, { act, protocol }: Request): Doc => {
  const { operation, fault } = call;
  if (fault?.kind === 'throttle') throw refusal(call, 'throttled', 'Rate exceeded');
  if (fault?.kind === 'internal') throw refusal(call, 'broken', 'The request processing has failed.');
  if (fault?.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
  const denied = state.estate.accounts[call.account]?.[call.region]?.denied ?? [];
  if (protocol !== 'query' && (denied.includes(operation) || denied.includes('*')))
    throw protocol === 'xml' ? refusal(call, 'denied', 'Access Denied') : accessDenied(call);
  const result = act(call);
  if (fault?.kind === 'vanish') call.world.put(vanishing(call, fault.name ?? ''), null);
  return fault?.kind === 'altered' ? { ...result, ...fault.fields } : result;
};

/** What goes by that name in the answer of the operation. */
const vanishing = (call: Call, name: string): string => {
  const record = RECORD_KINDS.find(({ list }) => list?.operation === call.operation);
  return record ? recordArn(call, record, name.split('/')) : arnOf(call, kindIn(call.operation), name);
};

const kindIn = (operation: string): Kind => KINDS.find(word => operation.includes(RESOURCES[word].field)) ?? 'endpoint';

const accessDenied = (call: Call): AwsError => {
  const { service, operation, caller, region, account } = call;
  const resource = service === 'sagemaker' ? `${kindIn(operation)}/*` : '*';
  const prefix = service === 'monitoring' ? 'cloudwatch' : service;
  const what = `${prefix}:${operation} on resource: arn:aws:${service}:${region}:${account}:${resource}`;
  const why = `because no identity-based policy allows the ${prefix}:${operation} action`;
  return refusal(call, 'denied', `User: ${caller} is not authorized to perform: ${what} ${why}`);
};

const garbled = (answer: Answer, fault: Fault | undefined): Answer => {
  if (fault?.kind === 'html')
    return {
      status: fault.status ?? 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>This page is not what you asked for.</body></html>',
    };
  if (fault?.kind === 'truncated') return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  return answer;
};
