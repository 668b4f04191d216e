/** A resource as its service describes it: times are epoch seconds, tags lie in `Tags`. */
export type Doc = Readonly<Record<string, unknown>>;

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Every kind of resource: the word in its ARN → the stem of its field names, and what messages call it. */
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
  readonly all: (place: Place, kind: Kind, at?: number) => Doc[];
  /** What it is from `at` on; null deletes. Whatever was scheduled for later is dropped. */
  readonly put: (arn: string, doc: Doc | null, at?: number) => void;
  /** Changes what is and what is scheduled, as tagging does. */
  readonly amend: (arn: string, change: (doc: Doc) => Doc) => void;
  readonly arns: () => string[];
}

interface Version {
  readonly at: number;
  readonly doc: Doc | null;
}

export const createWorld = (now: () => number): World => {
  const shelves = new Map<string, Map<string, Version[]>>();
  const shelfOf = (arn: string): Map<string, Version[]> => {
    const prefix = arn.slice(0, arn.indexOf('/') + 1);
    const shelf = shelves.get(prefix) ?? new Map<string, Version[]>();
    shelves.set(prefix, shelf);
    return shelf;
  };
  const versionsOf = (arn: string): Version[] => shelfOf(arn).get(arn) ?? [];
  const get = (arn: string, at = now()): Doc | undefined => asOf(versionsOf(arn), at);
  const put = (arn: string, doc: Doc | null, at = now()): void => {
    shelfOf(arn).set(arn, [...versionsOf(arn).filter(version => version.at < at), { at, doc }]);
  };
  return {
    get,
    put,
    all: (place, kind, at = now()) =>
      [...shelfOf(arnOf(place, kind, '')).values()].map(versions => asOf(versions, at)).filter(doc => doc !== undefined),
    amend: (arn, change) => {
      const scheduled = versionsOf(arn).filter(version => version.at > now());
      for (const { at, doc } of [{ at: now(), doc: get(arn) }, ...scheduled]) put(arn, doc ? change(doc) : null, at);
    },
    arns: () => [...shelves.values()].flatMap(shelf => [...shelf.keys()]),
  };
};

const asOf = (versions: readonly Version[], at: number): Doc | undefined =>
  versions.findLast(version => version.at <= at)?.doc ?? undefined;
