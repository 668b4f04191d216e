import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The most KiB that each function may weigh: every one of them is loaded and parsed before a cold start can answer. Some five per cent above what
 * they weigh, so that a client which a function does not use shows at once; raise one only with the reason in the commit.
 */
const BUDGET_KIB: Readonly<Record<string, number>> = {
  api: 740,
  'close-run': 610,
  notify: 590,
  'plan-scopes': 780,
  recheck: 1_210,
  'reconcile-scope': 1_270,
};

/** With the same options as the deployed bundles (`lib/infra/functions.ts`). */
export const bundle = async (entry: string, directory: string): Promise<string> => {
  const outfile = path.join(directory, `${path.basename(entry, '.ts')}.mjs`);
  const banner = "import{createRequire as rollcallRequire}from'node:module';const require=rollcallRequire(import.meta.url);";
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    logLevel: 'error',
  });
  return outfile;
};

export interface Bundled {
  readonly name: string;
  readonly file: string;
  readonly kib: number;
  readonly budget: number;
}

/** Every function, in `directory`. One without a budget may weigh nothing. */
export const bundleAll = (directory: string): Promise<readonly Bundled[]> =>
  Promise.all(
    globSync('lambdas/*.ts').map(async entry => {
      const [name, file] = [path.basename(entry, '.ts'), await bundle(entry, directory)];
      return { name, file, kib: Math.ceil(statSync(file).size / 1_024), budget: BUDGET_KIB[name] ?? 0 };
    }),
  ).then(bundles => bundles.toSorted((a, b) => (a.name < b.name ? -1 : 1)));

/** `node scripts/bundles.ts`: a step of `npm run check`. */
if (import.meta.main) {
  const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-bundles-'));
  const bundles = await bundleAll(directory);
  rmSync(directory, { recursive: true });
  for (const { name, kib, budget } of bundles)
    process.stdout.write(`${String(kib).padStart(6)} KiB of ${budget}  ${name}${kib > budget ? '  OVER BUDGET' : ''}\n`);
  if (bundles.some(({ kib, budget }) => kib > budget)) process.exitCode = 1;
}
