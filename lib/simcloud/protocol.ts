import { AwsError, isDoc } from './call.ts';
import type { Doc } from './world.ts';

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
  readonly body: string;
}

/** AWS JSON 1.1 (SageMaker), REST with XML (S3, buckets in the path) and AWS Query (STS). */
export type Protocol = 'json' | 'rest' | 'query';

export const protocolOf = ({ headers, path }: Omit<HttpRequest, 'body'>): Protocol =>
  headers['x-amz-target'] ? 'json' : path.includes('?') ? 'rest' : 'query';

/** One HTTP request, read. */
export interface Request {
  readonly protocol: Protocol;
  readonly operation: string;
  readonly body: Doc;
  /** From the credential scope; empty where nothing was signed. */
  readonly accessKey: string;
  readonly region: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Throws AwsError where the body is not what its protocol says. */
export const readRequest = ({ headers, path, body }: HttpRequest): Request => {
  const header = (name: string): string => String(headers[name] ?? '');
  const credential = /Credential=([^/\s]+)\/\d{8}\/([^/]+)\/[^/]+\/aws4_request/.exec(header('authorization')) ?? [];
  const [, accessKey = '', region = ''] = credential;
  const [service = '', operation = ''] = header('x-amz-target').split('.');
  if (service === 'SageMaker') return { accessKey, region, protocol: 'json', operation, body: parseJson(body) };
  if (service) throw new AwsError('UnknownOperationException', `simcloud serves SageMaker, S3 and STS, not ${service}.`);
  if (protocolOf({ headers, path }) === 'rest')
    return { accessKey, region, protocol: 'rest', ...readUrl(new URL(path, 'http://simcloud')) };
  const form = Object.fromEntries(new URLSearchParams(body));
  return { accessKey, region, protocol: 'query', operation: form.Action ?? '', body: form };
};

const readUrl = ({ pathname, searchParams }: URL): Pick<Request, 'operation' | 'body'> => {
  const { 'list-type': type, ...given } = Object.fromEntries(searchParams);
  return { operation: type === '2' ? 'ListObjectsV2' : pathname, body: { ...given, bucket: pathname.split('/')[1] } };
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

export const renderResult = ({ protocol, operation }: Request, result: Doc): Answer => {
  if (protocol === 'json') return { status: 200, type: 'application/x-amz-json-1.1', body: JSON.stringify(result) };
  if (protocol === 'rest') return { status: 200, type: 'application/xml', body: xml({ ListBucketResult: result }) };
  const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
  return {
    status: 200,
    type: 'text/xml',
    body: `<${operation}Response ${xmlns}>${xml({ [`${operation}Result`]: result })}</${operation}Response>`,
  };
};

export const renderError = (protocol: Protocol, { status, code, message }: AwsError): Answer => {
  if (protocol === 'json') return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }) };
  if (protocol === 'rest') return { status, type: 'application/xml', body: xml({ Error: { Code: code, Message: message } }) };
  return { status, type: 'text/xml', body: xml({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } }) };
};

const xml = (doc: Doc): string =>
  Object.entries(doc)
    .flatMap(([tag, value]) => (Array.isArray(value) ? value.map(each => [tag, each] as const) : [[tag, value] as const]))
    .map(([tag, value]) => `<${tag}>${isDoc(value) ? xml(value) : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`)
    .join('');
