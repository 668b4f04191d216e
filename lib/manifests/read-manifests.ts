import type { Decision, DecisionSource, Registration } from '../core/registration.ts';
import type { Instant } from '../core/time.ts';
import { checkSchema } from './check-schema.ts';
import { InputError, MAX_PROBLEMS, type Problem } from './input-error.ts';
import { API_VERSION, type Manifest, manifestSchema } from './manifest-schema.ts';
import { placeText, readYaml, type SourceFile, type YamlDocument } from './yaml-file.ts';

/** Who stands behind the decisions in the manifests: the reviewed repository (`scan --registry`), or the verified caller of `apply`. */
export interface Authority {
  readonly source: Extract<DecisionSource, 'REPOSITORY' | 'MANIFEST'>;
  readonly by: string;
  readonly now: Instant;
}

export interface ManifestSources {
  /** Where the files were looked for, for people. */
  readonly from: string;
  readonly files: readonly SourceFile[];
}

interface Read {
  readonly manifest: Manifest;
  readonly file: string;
  readonly named: Problem;
}

/** All manifests of the files as registrations at revision 1, in order. Throws one InputError with every problem of every file. */
export const readManifests = ({ from, files }: ManifestSources, authority: Authority): readonly Registration[] => {
  const problems: Problem[] = [];
  if (files.length === 0) problems.push(nothingIn(from));
  const read = files.flatMap(file => readFile(file, problems));
  const first = new Map<string, Read>();
  for (const one of read) {
    const other = first.get(one.manifest.name);
    if (other === undefined) first.set(one.manifest.name, one);
    else problems.push({ ...one.named, reason: `${one.manifest.name} is already declared at ${other.file}:${placeText(other.named)}` });
  }
  if (problems.length > 0) throw new InputError(problems);
  return read.map(one => registrationOf(one.manifest, originOf(one, authority), authority));
};

/** What is stored names the file alone: a line that moves is no change of the model. */
const originOf = ({ file, named }: Read, { source }: Authority): string => (source === 'REPOSITORY' ? `${file}:${named.line}` : file);

const nothingIn = (file: string): Problem => ({
  file,
  line: 0,
  column: 0,
  path: '',
  reason: 'no models',
  hint: 'write a manifest, or [] to say that there are none',
});

const readFile = (source: SourceFile, problems: Problem[]): readonly Read[] => {
  const { documents, problems: unreadable } = readYaml(source);
  if (documents.length === 0 && unreadable.length === 0) problems.push(nothingIn(source.file));
  const found = [...unreadable];
  const read = documents.flatMap(document => readDocument(document, source.file, found));
  // A TODO or a refused character usually breaks the schema too: the first problem of a path is enough.
  const seen = new Set<string>();
  const distinct = found.filter(one => one.path === '' || seen.size < seen.add(`${placeText(one)} ${one.path}`).size);
  problems.push(...distinct.slice(0, MAX_PROBLEMS + 1));
  return read;
};

const readDocument = (document: YamlDocument, file: string, problems: Problem[]): readonly Read[] => {
  const { value } = document;
  if (Array.isArray(value) && value.length === 0) return [];
  const newer = newerVersion(value);
  if (newer !== undefined) {
    const hint = 'update the tool';
    problems.push(
      document.problem(['apiVersion'], 'VALUE', { reason: `${newer} is newer than this tool, which reads ${API_VERSION}`, hint }),
    );
    return [];
  }
  const checked = checkSchema(manifestSchema, document);
  if (!checked.ok) problems.push(...checked.problems);
  return checked.ok ? [{ manifest: checked.value, file, named: document.problem(['name'], 'VALUE', { reason: '' }) }] : [];
};

const newerVersion = (value: unknown): string | undefined => {
  const version = value !== null && typeof value === 'object' && 'apiVersion' in value ? value.apiVersion : undefined;
  const number = typeof version === 'string' ? /^rollcall\/v(\d+)$/.exec(version)?.[1] : undefined;
  return Number(number) > 1 ? `rollcall/v${number}` : undefined;
};

const registrationOf = (manifest: Manifest, origin: string, { source, by, now }: Authority): Registration => {
  const { apiVersion: _api, kind: _kind, attestation, versions, ...declared } = manifest;
  const asserted = { source, assertedBy: source === 'MANIFEST' ? by : null };
  const approvals = versions.flatMap(({ version, identity, approval }): Decision[] =>
    approval === null ? [] : [{ type: 'APPROVAL', version, identity, ...approval, ...asserted }],
  );
  const attestations: Decision[] = attestation === null ? [] : [{ type: 'ATTESTATION', ...attestation, ...asserted }];
  return {
    ...declared,
    versions: versions.map(({ version, identity, parts, evidence }) => ({ version, identity, parts, evidence })),
    decisions: [...approvals, ...attestations].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    registeredAt: now,
    registeredBy: by,
    origin,
    revision: 1,
  };
};
