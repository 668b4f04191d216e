import dynalite from 'dynalite';

export interface EmbeddedDynamo {
  /** `http://127.0.0.1:<port>`; any credentials will do. */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/**
 * Starts an embedded DynamoDB that only this machine can reach. With `path` its tables outlive it; one process at a time
 * can have the files of a path open.
 */
export const startEmbeddedDynamo = async ({ path }: { readonly path?: string } = {}): Promise<EmbeddedDynamo> => {
  const server = dynalite({ ...(path === undefined ? {} : { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError(`the embedded DynamoDB listens at no port: ${String(address)}`);
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((closed, failed) => server.close(error => (error ? failed(error) : closed()))),
  };
};
