import { createServer, request as send } from 'node:http';

export interface Proxy {
  readonly url: string;
  /** Operations (`ListEndpoints`) that are answered with AccessDeniedException for as long as they are in here. */
  readonly denied: Set<string>;
  readonly stop: () => Promise<void>;
}

/** What the emulator of SageMaker lacks and answers with HTTP 500: this estate has no inference components, and SageMaker would say so. */
const LACKING: ReadonlyMap<string, object> = new Map([['ListInferenceComponents', { InferenceComponents: [] }]]);

/** A loopback HTTP proxy to one server. `host`: the Host header that it sends, where a name does not resolve here. */
export const startProxy = async (target: string, host?: string): Promise<Proxy> => {
  const denied = new Set<string>();
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const own = denied.has(operation) ? refusal(operation) : LACKING.get(operation);
    if (own !== undefined) {
      response.writeHead(denied.has(operation) ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(own));
      return;
    }
    const headers = host === undefined ? request.headers : { ...request.headers, host };
    const forwarded = send(target, { path: request.url, method: request.method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', cause => response.destroy(cause));
    request.pipe(forwarded);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${address.port}`, denied, stop };
};

const refusal = (operation: string): object => ({
  __type: 'AccessDeniedException',
  message: `User: arn:aws:sts::000000000000:assumed-role/rollcall/reconcile is not authorized to perform: sagemaker:${operation}`,
});
