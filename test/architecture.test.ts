import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/** Which imports each room may have. The first pattern that fits a file decides; everything else in `lib` is refused. */
const ROOMS: readonly { readonly room: string; readonly files: RegExp; readonly may: RegExp }[] = [
  { room: 'core', files: /^lib\/core\//, may: /^(lib\/core\/|zod$)|^node:(crypto|util)$/ },
  { room: 'ports', files: /^lib\/ports\.ts$/, may: /^lib\/core\// },
  { room: 'usecases', files: /^lib\/usecases\//, may: /^lib\/(core|usecases)\/|^lib\/ports\.ts$/ },
  { room: 'manifests', files: /^lib\/manifests\//, may: /^lib\/(core|manifests)\/|^(zod|yaml|fastest-levenshtein)$/ },
  { room: 'config', files: /^lib\/config\//, may: /^lib\/(core|config|manifests)\/|^(zod|yaml)$/ },
  {
    room: 'local adapters',
    files: /^lib\/adapters\/local\//,
    may: /^lib\/(core|adapters\/(local|dynamo))\/|^lib\/ports\.ts$|^(node:|@aws-sdk\/|dynalite$)/,
  },
  {
    room: 'http adapters',
    files: /^lib\/adapters\/http\//,
    may: /^lib\/(core|adapters\/http|cli\/rollcall-client|manifests)|^lib\/ports\.ts$|^(aws4fetch|zod)$/,
  },
  {
    room: 'adapters',
    files: /^lib\/adapters\/([^/]+)\//,
    may: /^lib\/(core|adapters\/(aws|$1))\/|^lib\/ports\.ts$|^(node:|@aws-sdk\/|@aws-lambda-powertools\/|@smithy\/|zod$|p-limit$)/,
  },
  { room: 'simcloud', files: /^lib\/simcloud\//, may: /^lib\/simcloud\/|^(node:|zod$|yaml$)/ },
  { room: 'api', files: /^lib\/api\//, may: /^lib\/(core|usecases|manifests|config|api)\/|^lib\/ports\.ts$|^(hono|zod)/ },
  {
    room: 'cli',
    files: /^lib\/cli\//,
    may: /^lib\/(core|usecases|manifests|config|cli|simcloud)\/|^lib\/ports\.ts$|^(node:|commander$|cli-table3$|zod$)/,
  },
  { room: 'wiring', files: /^lib\/wiring\//, may: /^(?!lib\/infra\/|aws-cdk-lib|constructs)/ },
  {
    room: 'infra',
    files: /^lib\/infra\//,
    may: /^lib\/(infra|config|core|manifests)\/|^lib\/adapters\/dynamo\/schema\.ts$|^(aws-cdk-lib|constructs|cdk-nag$|node:)/,
  },
  {
    room: 'lambdas',
    files: /^lambdas\//,
    may: /^(lib\/(wiring|usecases|api|core|config)\/|lambdas\/)|^(zod$|hono|aws-lambda$|@aws-lambda-powertools\/)/,
  },
  { room: 'bin', files: /^bin\//, may: /^(lib\/(wiring|cli|infra|config|manifests)\/|bin\/|dist\/)|^(aws-cdk-lib|constructs|node:)/ },
];

const sources = globSync(['lib/**/*.ts', 'lambdas/**/*.ts', 'bin/**/*.ts']).toSorted();

const importsOf = (file: string): string[] =>
  parseSync(file, readFileSync(file, 'utf8')).module.staticImports.map(({ moduleRequest: { value } }) =>
    value.startsWith('.') ? path.join(path.dirname(file), value) : value,
  );

const allowed = (file: string): { readonly room: string; readonly may: RegExp } => {
  for (const { room, files, may } of ROOMS) {
    const match = files.exec(file);
    if (match) return { room, may: new RegExp(may.source.replaceAll('$1', match[1] ?? '')) };
  }
  return { room: 'no room', may: /^$/ };
};

describe('imports run one way', () => {
  it.each(sources)('%s', file => {
    const { room, may } = allowed(file);
    expect(
      importsOf(file)
        .filter(value => !may.test(value))
        .map(value => `${room} may not import ${value}`),
    ).toEqual([]);
  });
});

/** A word that may stand in some rooms only: the outside world enters through named doors. */
const DOORS: readonly { readonly what: string; readonly word: RegExp; readonly where: RegExp }[] = [
  { what: 'the environment', word: /process\.env/, where: /^(lib\/wiring|bin)\// },
  { what: 'the wall clock', word: /Date\.now\(|new Date\(\)/, where: /^lib\/(adapters\/system\/clock\.ts|simcloud\/)/ },
  { what: 'chance', word: /Math\.random|randomUUID/, where: /^lib\/wiring\// },
  { what: 'default exports', word: /^export default /m, where: /^$/ },
  { what: 'the AWS SDK', word: /from '@aws-sdk\//, where: /^lib\/(adapters|wiring)\// },
  { what: "zod's locales", word: /import \{ z \} from 'zod'/, where: /^$/ },
];

describe('the outside enters by its doors', () => {
  it.each(DOORS)('$what', ({ word, where }) => {
    expect(sources.filter(file => word.test(readFileSync(file, 'utf8')) && !where.test(file))).toEqual([]);
  });
});
