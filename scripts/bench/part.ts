import type { Bench } from './reading.ts';

/** What must hold on every machine: calls, writes and sizes, never seconds. */
export interface Check {
  readonly what: string;
  readonly passed: boolean;
}

/** One part of the page, in Markdown. */
export interface Printed {
  readonly text: readonly string[];
  readonly checks: readonly Check[];
  /** File in `docs/` → SVG. */
  readonly charts?: Readonly<Record<string, string>>;
}

export type Part = (bench: Bench) => Promise<Printed>;

/** A part that does not come to its end is a check that failed, and the others run all the same: one run shows everything. */
export const runPart = async (name: string, part: Part, bench: Bench): Promise<Printed> => {
  bench.progress(name);
  try {
    const printed = await part(bench);
    return { ...printed, checks: [{ what: `${name} ran`, passed: true }, ...printed.checks] };
  } catch (error) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { text: [`**${name} did not run:**`, '', '```', trace, '```'], checks: [{ what: `${name} ran`, passed: false }] };
  }
};

/** What failed, a line each, and the closing line that CI reads. */
export const closing = (checks: readonly Check[]): string => {
  const failed = checks.filter(({ passed }) => !passed);
  return [...failed.map(({ what }) => `failed: ${what}`), `bench: ${checks.length - failed.length} passed, ${failed.length} failed`].join(
    '\n',
  );
};
