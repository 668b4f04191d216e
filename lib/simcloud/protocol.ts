import { AwsError, isDoc } from './call.ts';
import type { Doc } from './world.ts';

/** One HTTP request, read. `json` is AWS JSON 1.1 (SageMaker), `query` is AWS Query (STS). */
export interface Request {
  readonly protocol: 'json' | 'query';
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
export const readRequest = (headers: Readonly<Record<string, string | string[] | undefined>>, body: string): Request => {
  const header = (name: string): string => String(headers[name] ?? '');
  const credential = /Credential=([^/\s]+)\/\d{8}\/([^/]+)\/[^/]+\/aws4_request/.exec(header('authorization')) ?? [];
  const [, accessKey = '', region = ''] = credential;
  const [service = '', operation = ''] = header('x-amz-target').split('.');
  if (service === 'SageMaker') return { accessKey, region, protocol: 'json', operation, body: parseJson(body) };
  if (service) throw new AwsError('UnknownOperationException', `simcloud serves SageMaker and STS, not ${service}.`);
  const form = Object.fromEntries(new URLSearchParams(body));
  return { accessKey, region, protocol: 'query', operation: form.Action ?? '', body: form };
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
  const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
  return {
    status: 200,
    type: 'text/xml',
    body: `<${operation}Response ${xmlns}>${xml({ [`${operation}Result`]: result })}</${operation}Response>`,
  };
};

export const renderError = (protocol: Request['protocol'], { status, code, message }: AwsError): Answer => {
  if (protocol === 'json') return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }) };
  return { status, type: 'text/xml', body: xml({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } }) };
};

const xml = (doc: Doc): string =>
  Object.entries(doc)
    .map(([tag, value]) => `<${tag}>${isDoc(value) ? xml(value) : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`)
    .join('');
