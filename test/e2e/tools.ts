import { existsSync } from 'node:fs';
import path from 'node:path';

/** A Python tool in a virtual environment of its own: their pins of botocore differ. */
export interface Tool {
  readonly venv: string;
  readonly program: string;
  readonly packages: readonly string[];
}

const HERE = import.meta.dirname;
const tool = (venv: string, program: string, packages: readonly string[]): Tool => {
  const bin = path.join(HERE, venv, 'bin');
  return { venv: path.join(HERE, venv), program: path.join(bin, program), packages };
};

/** boto3 is pinned for the models of the services that it brings. ministack verifies no token without `cryptography`, and does not say so. */
export const TOOLS = {
  ministack: tool('.venv', 'ministack', ['ministack==1.5.33', 'cryptography']),
  moto: tool('.venv-moto', 'moto_server', ['moto[server]==5.2.5', 'boto3==1.44.8', 'botocore==1.44.8']),
  cfnLint: tool('.venv-lint', 'cfn-lint', ['cfn-lint==1.58.0']),
} as const;

/** Names of the tools that are not installed: whoever needs one says "skipped", never "passed". */
export const missingTools = (): readonly string[] =>
  Object.entries(TOOLS).flatMap(([name, { program }]) => (existsSync(program) ? [] : [name]));
