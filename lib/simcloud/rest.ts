import { AwsError, type Operation } from './call.ts';
import type { Doc } from './world.ts';

/** One operation of a REST service. */
export interface Route {
  readonly operation: string;
  /** Method and path, such as `GET /agents/{agentId}`; what stands in braces becomes a field of the request. */
  readonly at: string;
  readonly act: Operation;
}

const segmentsOf = (path: string): readonly string[] => path.split('/').filter(segment => segment !== '');

/** The route of a request with the fields of its path. Segments are split before they are decoded: an ARN in a path keeps its slashes. */
export const routeOf = (routes: readonly Route[], method: string, path: string): { readonly route: Route; readonly fields: Doc } => {
  const given = segmentsOf(path);
  for (const route of routes) {
    const [routeMethod, template = ''] = route.at.split(' ');
    const wanted = segmentsOf(template);
    if (routeMethod !== method || wanted.length !== given.length) continue;
    const fits = wanted.every((segment, index) => segment.startsWith('{') || segment === given[index]);
    if (fits) return { route, fields: fieldsOf(wanted, given) };
  }
  throw new AwsError('UnknownOperationException', `simcloud has no ${method} ${path}.`, 404);
};

const fieldsOf = (wanted: readonly string[], given: readonly string[]): Doc =>
  Object.fromEntries(
    wanted.flatMap((segment, index) => (segment.startsWith('{') ? [[segment.slice(1, -1), decodeURIComponent(given[index] ?? '')]] : [])),
  );
