import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployed } from '../config/environment.ts';
import { writeLogs, writeTraces } from './grants.ts';

/** What differs between the functions; all else is the same for each. */
export interface FunctionSpec {
  /** Its file under `lambdas/`, without the ending. */
  readonly entry: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly may: readonly PolicyStatement[];
  /** What stands in policies of its own, by name: IAM takes 6,144 characters of each. */
  readonly mayRead?: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** Only where other accounts have to name it; undefined: CloudFormation makes one up. */
  readonly roleName?: string | undefined;
}

/** What all functions share. `settingsFile`: the validated `rollcall.json` that is laid next to each bundle. */
export interface FunctionSurroundings {
  readonly environment: Deployed;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly settingsFile: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Some dependencies still ask for `require`, which an ES module does not have. */
const REQUIRE = "import{createRequire as rollcallRequire}from'node:module';const require=rollcallRequire(import.meta.url);";

/** What a scope of 100,000 deployments takes, as `npm run bench` measures it, and a fifth more. Memory buys processor time as well. */
export const MEMORY_MB = 1280;

/** A function with its log group, and a role that may do what `spec` lists, write its own log and its traces, and nothing else. */
export const createFunction = (scope: Construct, spec: FunctionSpec, surroundings: FunctionSurroundings): NodejsFunction => {
  const id = spec.entry.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  const logGroup = new LogGroup(scope, `${id}Logs`, { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: spec.description,
    ...(spec.roleName === undefined ? {} : { roleName: spec.roleName }),
  });
  const granted = { ...spec.mayRead, '': [...spec.may, writeLogs(logGroup), writeTraces()] };
  const policies = Object.entries(granted).map(
    ([name, statements]) => new ManagedPolicy(scope, `${id}${name}Policy`, { roles: [role], statements: [...statements] }),
  );
  const created = new NodejsFunction(scope, id, {
    entry: `${ROOT}lambdas/${spec.entry}.ts`,
    projectRoot: ROOT,
    depsLockFilePath: `${ROOT}package-lock.json`,
    description: spec.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: spec.timeout,
    memorySize: MEMORY_MB,
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: { ...surroundings.environment, ...surroundings.endpoints },
    bundling: bundlingWith(surroundings.settingsFile),
  });
  created.node.addDependency(...policies);
  return created;
};

const bundlingWith = (settingsFile: string) => ({
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  externalModules: [],
  minify: true,
  keepNames: true,
  banner: REQUIRE,
  commandHooks: {
    beforeInstall: () => [],
    beforeBundling: () => [],
    afterBundling: (_input: string, output: string) => [`cp "${settingsFile}" "${output}/rollcall.json"`],
  },
});
