import { parseScopeId } from '../core/scope.ts';
import { tagOf } from '../core/tags.ts';
import { type Hole, holesIn, type ScanFinding, type ScanResult } from '../usecases/scan.ts';

const COLUMNS =
  'key arn kind scope account region status detail model version matchedBy environment digest ownerTag createdAt findings severity'.split(
    ' ',
  );
/** `findings` and `severity` are added to every row alike. */
type Row = Readonly<Record<string, string | null>> & { readonly key: string };

/**
 * `rollcall scan --format csv`: a row for each deployment, whose findings are rule ids. After them a row for whatever else has findings,
 * and for each scope that was not read or not to be read: a list with a hole in it must not look whole.
 */
export const scanRows = (result: ScanResult, ownerTags: readonly string[]): readonly (readonly string[])[] => {
  const bySubject = Map.groupBy(result.findings, ({ violation }) => violation.subject);
  const deployments = deploymentRows(result, ownerTags);
  const scopes = holesIn(result).map(scopeRow);
  const known = new Set([...deployments, ...scopes].map(({ key }) => key));
  const others = [...bySubject].flatMap(([subject, [finding]]) => (known.has(subject) || !finding ? [] : [findingRow(finding)]));
  const rows = [...deployments, ...scopes, ...others].map(row => ({ ...row, ...foundIn(bySubject.get(row.key), result.hasRegistry) }));
  return [COLUMNS, ...rows.map((row: Row) => COLUMNS.map(column => row[column] ?? ''))];
};

/** Where nothing was judged, an empty cell would say that all is in order. The most urgent finding comes first. */
const foundIn = (found: readonly ScanFinding[] = [], judged: boolean) => ({
  findings: judged ? found.map(({ violation }) => violation.rule).join(' ') : 'not judged',
  severity: found[0]?.violation.severity ?? '',
});

const placeOf = (scope: string) => ({ scope, account: parseScopeId(scope)?.account ?? '', region: parseScopeId(scope)?.region ?? '' });

const deploymentRows = ({ sightings }: ScanResult, ownerTags: readonly string[]): readonly Row[] =>
  sightings.map(({ sighting: { arn, kind, scope, status, detail, tags, createdAt }, ...judged }) => ({
    key: `dep:${arn}`,
    arn,
    kind,
    ...placeOf(scope),
    status,
    detail: detail.state === 'KNOWN' ? 'KNOWN' : `UNKNOWN: ${detail.reason}`,
    ...judged,
    digest: detail.state === 'KNOWN' ? detail.composition.digest : '',
    ownerTag: tags === null ? 'not read' : (ownerTags.map(tag => tagOf(tags, tag)).find(value => value !== undefined) ?? ''),
    createdAt,
  }));

const scopeRow = ({ key, scope, status, reason }: Hole): Row => ({
  key,
  kind: 'SCOPE',
  ...placeOf(scope),
  status,
  detail: reason,
});

const findingRow = ({ scope, violation: { subject, about } }: ScanFinding): Row => ({
  key: subject,
  arn: about.arn,
  kind: subject.startsWith('model:') ? 'MODEL' : 'DECLARATION',
  scope,
  account: about.account,
  region: about.region,
  model: about.model,
  environment: about.environment,
});
