/** A resource as its service describes it: SageMaker's times are epoch seconds and its tags lie in `Tags`. */
export type Doc = Readonly<Record<string, unknown>>;

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Every kind of resource of SageMaker: the word in its ARN → the stem of its field names, and what messages call it. */
export const RESOURCES = {
  'model-package-group': { field: 'ModelPackageGroup', label: 'model package group' },
  'model-package': { field: 'ModelPackage', label: 'model package' },
  'inference-component': { field: 'InferenceComponent', label: 'inference component' },
  'endpoint-config': { field: 'EndpointConfig', label: 'endpoint configuration' },
  endpoint: { field: 'Endpoint', label: 'endpoint' },
  model: { field: 'Model', label: 'model' },
} as const;
export type Kind = keyof typeof RESOURCES;
const isKind = (word: string): word is Kind => Object.hasOwn(RESOURCES, word);
export const KINDS = Object.keys(RESOURCES).filter(isKind);

/** SageMaker writes names in lower case in its ARNs. */
export const arnOf = ({ account, region }: Place, kind: Kind, name: string): string =>
  `arn:aws:sagemaker:${region}:${account}:${kind}/${name.toLowerCase()}`;

export const kindOf = (arn: string): Kind => KINDS.find(kind => arn.split(':')[5]?.startsWith(`${kind}/`)) ?? 'endpoint';

/** Everything that exists by ARN, with its past and its scheduled future; `at` is in milliseconds, now by default. */
export interface World {
  readonly get: (arn: string, at?: number) => Doc | undefined;
  /** Everything whose ARN has the form of this one, whatever the names in it. */
  readonly all: (like: string, at?: number) => Doc[];
  /** What it is from `at` on; null deletes. Whatever was scheduled for later is dropped. */
  readonly put: (arn: string, doc: Doc | null, at?: number) => void;
  /** Changes what is and what is scheduled, as tagging does. */
  readonly amend: (arn: string, change: (doc: Doc) => Doc) => void;
  readonly arns: () => string[];
  /** The same at two times: nothing that exists differs between them. */
  readonly revision: (at: number) => string;
}

interface Version {
  readonly at: number;
  readonly doc: Doc | null;
}

export const createWorld = (now: () => number): World => {
  const shelves = new Map<string, Map<string, Version[]>>();
  const shelfOf = (arn: string): Map<string, Version[]> => {
    // `endpoint/a`, `agent-alias/a/b` and `flow/a/alias/b`: names stand second, and after a second word.
    const [prefix = '', , word, ...below] = arn.split('/');
    const label = below.length > 0 ? `${prefix}/${word}` : prefix;
    const shelf = shelves.get(label) ?? new Map<string, Version[]>();
    shelves.set(label, shelf);
    return shelf;
  };
  const versionsOf = (arn: string): Version[] => shelfOf(arn).get(arn) ?? [];
  // Of what was put, how much is in the past: two times with nothing between them show the same.
  const times: number[] = [];
  const get = (arn: string, at = now()): Doc | undefined => asOf(versionsOf(arn), at);
  const put = (arn: string, doc: Doc | null, at = now()): void => {
    times.push(at);
    shelfOf(arn).set(arn, [...versionsOf(arn).filter(version => version.at < at), { at, doc }]);
  };
  return {
    get,
    put,
    all: (like, at = now()) => [...shelfOf(like).values()].map(versions => asOf(versions, at)).filter(doc => doc !== undefined),
    amend: (arn, change) => {
      const scheduled = versionsOf(arn).filter(version => version.at > now());
      for (const { at, doc } of [{ at: now(), doc: get(arn) }, ...scheduled]) put(arn, doc ? change(doc) : null, at);
    },
    arns: () => [...shelves.values()].flatMap(shelf => [...shelf.keys()]),
    revision: at => `${times.length} ${times.filter(time => time <= at).length}`,
  };
};

const asOf = (versions: readonly Version[], at: number): Doc | undefined =>
  versions.findLast(version => version.at <= at)?.doc ?? undefined;
