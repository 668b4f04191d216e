import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, isDoc, type Operation } from './call.ts';
import { QUERY_CODES } from './refusals.ts';
import { routeOf } from './rest.ts';
import { SERVICES } from './services.ts';
import type { Doc } from './world.ts';

export type Protocol = 'json' | 'query' | 'rest' | 'xml';

/** One HTTP request as it came. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One HTTP request, read. */
export interface Request {
  readonly protocol: Protocol;
  /** The name that the request is signed for. */
  readonly service: string;
  readonly operation: string;
  readonly act: Operation;
  readonly body: Doc;
  /** From the credential scope; empty where nothing was signed. */
  readonly accessKey: string;
  readonly region: string;
  /** Of a session; empty where there is none. */
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const headerOf = (headers: IncomingHttpHeaders, name: string): string => String(headers[name] ?? '');

/** Who signed, for which region and service. A request that is not signed is one to STS: only there it gets an answer of its own. */
const credentialOf = (headers: IncomingHttpHeaders) => {
  const scope = /Credential=([^/\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headerOf(headers, 'authorization')) ?? [];
  const [, accessKey = '', region = '', service = headers['x-amz-target'] ? 'sagemaker' : 'sts'] = scope;
  return { accessKey, region, service, token: headerOf(headers, 'x-amz-security-token') };
};

/** The protocol that an answer has to be in, even one to a request that cannot be read. */
export const protocolOf = (headers: IncomingHttpHeaders): Protocol => {
  if (headers['x-amz-target']) return 'json';
  return SERVICES[credentialOf(headers).service]?.protocol ?? 'query';
};

/** Throws AwsError where the body is not what its protocol says, and where simcloud has no such operation. */
export const readRequest = ({ method, url, headers, body }: Received): Request => {
  const { service: name, ...credential } = credentialOf(headers);
  const service = SERVICES[name];
  if (!service) throw new AwsError('UnknownOperationException', `simcloud serves ${Object.keys(SERVICES).join(', ')}, not ${name}.`);
  if ('routes' in service) {
    const { pathname, searchParams } = new URL(url, 'http://simcloud');
    const { route, fields } = routeOf(service.routes, method, pathname);
    const merged = { ...(body ? parseJson(body) : {}), ...Object.fromEntries(searchParams), ...fields };
    return { ...credential, service: name, protocol: service.protocol, operation: route.operation, act: route.act, body: merged };
  }
  const isJson = service.protocol === 'json';
  const form = isJson ? parseJson(body) : Object.fromEntries(new URLSearchParams(body));
  const operation = isJson ? headerOf(headers, 'x-amz-target').split('.').at(-1) : new URLSearchParams(body).get('Action');
  const act = operation ? service.operations[operation] : undefined;
  if (!operation || !act)
    throw new AwsError(isJson ? 'UnknownOperationException' : 'InvalidAction', `simcloud has no operation ${operation}.`);
  return { ...credential, service: name, protocol: service.protocol, operation, act, body: form };
};

const parseJson = (body: string): Doc => {
  try {
    const parsed: unknown = JSON.parse(body || '{}');
    if (isDoc(parsed)) return parsed;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
};

const TYPES: Readonly<Record<Protocol, string>> = {
  json: 'application/x-amz-json-1.1',
  rest: 'application/json',
  xml: 'application/xml',
  query: 'text/xml',
};
const typed = (protocol: Protocol) => ({ 'content-type': TYPES[protocol] });

export const renderResult = ({ protocol, operation }: Request, result: Doc): Answer => {
  if (protocol === 'json' || protocol === 'rest') return { status: 200, headers: typed(protocol), body: JSON.stringify(result) };
  if (protocol === 'xml') return { status: 200, headers: typed(protocol), body: xml(result) };
  const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
  const body = `<${operation}Response ${xmlns}>${xml({ [`${operation}Result`]: result })}</${operation}Response>`;
  return { status: 200, headers: typed(protocol), body };
};

export const renderError = (protocol: Protocol, { status, code, message }: AwsError): Answer => {
  const queryCode = QUERY_CODES[code];
  const headers = { ...typed(protocol), ...(queryCode && { 'x-amzn-query-error': queryCode }) };
  if (protocol === 'json') return { status, headers, body: JSON.stringify({ __type: code, message }) };
  if (protocol === 'rest') return { status, headers: { ...typed(protocol), 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
  if (protocol === 'xml') return { status, headers: typed(protocol), body: xml({ Error: { Code: code, Message: message } }) };
  return { status, headers: typed(protocol), body: xml({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } }) };
};

const xml = (doc: Doc): string =>
  Object.entries(doc)
    .flatMap(([tag, value]) => (Array.isArray(value) ? value.map(each => [tag, each] as const) : [[tag, value] as const]))
    .map(([tag, value]) => `<${tag}>${isDoc(value) ? xml(value) : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`)
    .join('');
