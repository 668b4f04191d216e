import { createServer, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type Call, type Operation } from './call.ts';
import { type Estate, type EstateInput, estateSchema } from './estate.ts';
import { createFaults, type Fault, type FaultSwitch } from './faults.ts';
import { populate } from './populate.ts';
import { type Answer, type Protocol, protocolOf, type Request, readRequest, renderError, renderResult } from './protocol.ts';
import { reload } from './reload.ts';
import { S3_OPERATIONS } from './s3.ts';
import { SAGEMAKER_OPERATIONS } from './sagemaker.ts';
import { search } from './search.ts';
import { STS_OPERATIONS } from './sts.ts';
import { arnOf, createWorld, type Doc, KINDS, type Place, RESOURCES, type World } from './world.ts';

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
  readonly world: World;
  readonly faults: FaultSwitch;
  /** Makes the world what a changed estate says; what did not differ from the last estate stays as it is. */
  readonly load: (estate: EstateInput) => void;
  readonly close: () => Promise<void>;
}

interface State extends Omit<SimcloudOptions, 'estate'>, Pick<Call, 'tokens' | 'orders' | 'world'> {
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
  const state: State = { ...options, estate, now, world, faults, tokens: new Map(), orders: new Map(), counts: new Map() };
  populate(world, estate, now());
  faults.replace(estate.faults);
  const server = createServer((request, response) => {
    void respond(state, request).then(answer => {
      if (answer === 'reset') return request.socket.resetAndDestroy();
      return response.writeHead(answer.status, { 'content-type': answer.type, 'x-amzn-requestid': 'simcloud' }).end(answer.body);
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
  return { endpoint: `http://127.0.0.1:${port}`, port, world, faults, calls: () => [...state.counts.values()], load: load(state), close };
};

const load = (state: State) => (input: EstateInput) => {
  const next = estateSchema.parse(input);
  reload({ world: state.world, from: state.estate, to: next, now: state.now() });
  if (JSON.stringify(next.faults) !== JSON.stringify(state.estate.faults)) state.faults.replace(next.faults);
  state.estate = next;
};

const respond = async (state: State, incoming: IncomingMessage): Promise<Answer | 'reset'> => {
  const { headers, url: path = '' } = incoming;
  const protocol = protocolOf({ headers, path });
  try {
    const request = readRequest({ headers, path, body: await readText(incoming) });
    const call = identify(state, request);
    const slow = call.fault?.kind === 'slow' ? call.fault.milliseconds : 0;
    await (state.wait ?? sleep)((state.latencyMs ?? 0) + slow);
    if (call.fault?.kind === 'reset') return 'reset';
    return garbled(renderResult(request, perform(state, call, protocol)), call.fault);
  } catch (error) {
    if (error instanceof AwsError) return renderError(protocol, error);
    return renderError(protocol, new AwsError('InternalFailure', `simcloud itself failed: ${String(error)}`, 500));
  }
};

/** Who calls, and for where: the access key names the account, the credential scope the region. */
const identify = (state: State, { operation, body, accessKey, region, protocol }: Request): Call => {
  if (!accessKey) throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const { accounts, images, objects } = state.estate;
  const account = (/^\d{12}$/.test(accessKey) ? accessKey : undefined) ?? Object.keys(accounts)[0] ?? '';
  const target = { operation, account, region };
  const key = Object.values(target).join(' ');
  state.counts.set(key, { ...target, count: (state.counts.get(key)?.count ?? 0) + 1 });
  if (!accounts[account]) {
    const code = protocol === 'json' ? 'UnrecognizedClientException' : 'InvalidClientTokenId';
    throw new AwsError(code, 'The security token included in the request is invalid.', protocol === 'json' ? 400 : 403);
  }
  const now = state.now();
  const lag = accounts[account][region]?.searchLagSeconds ?? 0;
  const caller = `arn:aws:iam::${account}:user/simcloud`;
  const { world, tokens, orders, pageSize, settleMs = 5000 } = state;
  const fault = state.faults.next(target);
  return { ...target, body, now, images, objects, world, tokens, orders, pageSize, settleMs, caller, searchAt: now - lag * 1000, fault };
};

const OPERATIONS: Readonly<Record<Protocol, Readonly<Record<string, Operation>>>> = {
  json: { ...SAGEMAKER_OPERATIONS, Search: search },
  rest: S3_OPERATIONS,
  query: STS_OPERATIONS,
};

const perform = (state: State, call: Call, protocol: Protocol): Doc => {
  const { operation, fault } = call;
  if (fault?.kind === 'throttle') throw new AwsError('ThrottlingException', 'Rate exceeded');
  if (fault?.kind === 'internal') throw new AwsError('InternalFailure', 'The request processing has failed.', 500);
  if (fault?.kind === 'error') throw new AwsError(fault.code, 'Something went wrong that nobody has seen before.', fault.status);
  const act = OPERATIONS[protocol][operation];
  if (!act)
    throw new AwsError(protocol === 'json' ? 'UnknownOperationException' : 'InvalidAction', `simcloud has no operation ${operation}.`);
  const denied = state.estate.accounts[call.account]?.[call.region]?.denied ?? [];
  if (protocol !== 'query' && (denied.includes(operation) || denied.includes('*')))
    throw protocol === 'json' ? accessDenied(call) : new AwsError('AccessDenied', 'Access Denied', 403);
  const result = act(call);
  const kind = operation === 'ListInferenceComponents' ? 'inference-component' : 'endpoint';
  if (fault?.kind === 'vanish') call.world.put(arnOf(call, kind, fault.name ?? ''), null);
  return result;
};

const accessDenied = ({ operation, caller, region, account }: Call): AwsError => {
  const kind = KINDS.find(word => operation.includes(RESOURCES[word].field)) ?? 'endpoint';
  const what = `sagemaker:${operation} on resource: arn:aws:sagemaker:${region}:${account}:${kind}/*`;
  const why = `because no identity-based policy allows the sagemaker:${operation} action`;
  return new AwsError('AccessDeniedException', `User: ${caller} is not authorized to perform: ${what} ${why}`);
};

const garbled = (answer: Answer, fault: Fault | undefined): Answer => {
  if (fault?.kind === 'html')
    return { ...answer, type: 'text/html', body: '<html><body>This page is not what you asked for.</body></html>' };
  if (fault?.kind === 'truncated') return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  return answer;
};
