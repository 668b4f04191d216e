import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ScanOutput } from '../../lib/cli/scan-output.ts';
import * as cases from './scan-cases.ts';

interface EtagRig {
  readonly rollcall: (
    args: readonly string[],
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly scan: ScanOutput | undefined }>;
  /** Puts objects into S3 by their URIs, over what was there. */
  readonly put: (objects: Readonly<Record<string, string>>) => Promise<void>;
  readonly report: (name: string, ...faults: readonly (readonly string[])[]) => void;
  readonly equal: (what: string, actual: unknown, wanted: unknown) => readonly string[];
  readonly within: (name: string) => string;
}

const ARTEFACT = 's3://models/clean/model.tar.gz';
const [FIRST, SECOND] = ['the model that was approved', 'another model under the same name'];
const SCAN = ['scan', '--regions', 'eu-west-1', '--format', 'json'];
/** What S3 gives an object that was put in one piece. */
const etagOf = (body: string): string => createHash('md5').update(body).digest('hex');

/** The three endpoints of the clean region, whose artefact is overwritten in place while nothing of SageMaker changes. */
export const etagCases = async ({ rollcall, put, report, equal, within }: EtagRig): Promise<void> => {
  const scan = async (registry: string, ...more: readonly string[]) => {
    const { code, scan: output } = await rollcall([...SCAN, '--registry', within(registry), ...more]);
    return [code, ...(output?.findings ?? []).map(({ rule, severity, evidence }) => `${rule} ${severity} ${String(evidence['differs'])}`)];
  };
  const approve = (name: string, identity: string): void => {
    mkdirSync(within(name));
    const manifest = cases.manifest('clean', 'HIGH', cases.versions(identity, cases.APPROVED));
    writeFileSync(path.join(within(name), 'clean.yaml'), manifest);
  };
  const holds = (name: string, actual: unknown, wanted: unknown): void => report(name, equal('seen', actual, wanted));
  await put({ [ARTEFACT]: FIRST, [`${ARTEFACT}.sig`]: 'beside it' });
  const arn = cases.arnOf('clean-1').replace(cases.REGION, 'eu-west-1');
  const { stdout } = await rollcall(['digest', arn, '--artefact-etags']);
  holds('digest shows the ETag that S3 gave the artefact', stdout.includes(`${ARTEFACT} etag:${etagOf(FIRST)}`), true);
  const [, digest = 'none was printed'] = /composition: "(.+)"/.exec(stdout) ?? [];
  approve('by-digest', `composition: "${digest}"`);
  approve('by-etag', cases.parts('clean', `${ARTEFACT} etag:${etagOf(FIRST)}`));
  for (const registry of ['by-digest', 'by-etag', 'clean'])
    holds(`approved ${registry}, artefact as approved: exit 0`, await scan(registry, '--artefact-etags'), [0]);

  await put({ [ARTEFACT]: SECOND });
  const found = (differs: string) => [1, ...[1, 2, 3].map(() => `APR-02 CRITICAL ${differs}`)];
  holds('approved by-digest, artefact overwritten: APR-02, exit 1', await scan('by-digest', '--artefact-etags'), found('composition'));
  const named = found('artefact container.1/model');
  holds('approved by-etag, artefact overwritten: APR-02 names the artefact, exit 1', await scan('by-etag', '--artefact-etags'), named);
  holds('approved by-etag, artefact overwritten and not looked at: not seen, exit 0', await scan('by-etag'), [0]);
};
