import type { World } from './world.ts';

export interface Step {
  readonly name: string;
  /** Throws where what is promised does not hold. What it answers with is printed behind its name. */
  readonly run: (world: World) => Promise<string | void>;
  /** Runs even where an earlier step has failed: it needs the emulators and nothing else. */
  readonly alone?: true;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Characters of a failure that are printed. */
const SHOWN = 6000;

/** Runs the steps in order and prints a line for each. After a failure only those run that stand alone; the others count as failed. */
export const runSteps = async (steps: readonly Step[], world: World): Promise<Tally> => {
  let broken: string | undefined;
  let passed = 0;
  for (const { name, run, alone } of steps) {
    if (broken !== undefined && alone !== true) {
      print(`NOT RUN  ${name} (after: ${broken})`);
      continue;
    }
    const started = performance.now();
    const took = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
    try {
      const note = await run(world);
      passed += 1;
      print(`ok ${took()}  ${name}${note ? ` (${note})` : ''}`);
    } catch (error) {
      if (alone !== true) broken = name;
      print(`FAILED ${took()}  ${name}\n${(error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, SHOWN)}`);
    }
  }
  return { passed, failed: steps.length - passed };
};

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
