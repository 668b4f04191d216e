import * as z from 'zod';

const name = z.string().min(1);
const arn = z.string().startsWith('arn:');

/** Variables that the stack writes into every function: names only, never a permission and never a secret. */
export const deployedSchema = z.object({
  /** The account whose deployments are read; the functions have no right to ask for it. */
  ROLLCALL_ACCOUNT: z.string().regex(/^\d{12}$/, 'expected 12 digits'),
  ROLLCALL_REGISTRY_TABLE: name,
  ROLLCALL_INVENTORY_TABLE: name,
  ROLLCALL_FINDINGS_TABLE: name,
  ROLLCALL_SECURITY_TOPIC_ARN: arn,
  ROLLCALL_OWNERS_TOPIC_ARN: arn,
  ROLLCALL_OPS_TOPIC_ARN: arn,
  /** Holds one list of scopes per roll call, for the map of the state machine. */
  ROLLCALL_SCOPE_BUCKET: name,
});
export type Deployed = z.infer<typeof deployedSchema>;

/** `AWS_REGION` is written by Lambda itself. */
const environmentSchema = deployedSchema.extend({ AWS_REGION: name });
export type Environment = z.infer<typeof environmentSchema>;

/** The typed environment of a function. Throws an Error that names every variable that is missing or wrong. */
export const readEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment => {
  const parsed = environmentSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`environment of the function: ${problems.join('; ')}. The stack writes these: deploy it again.`);
};

const serviceEndpoints = z.record(z.string().regex(/^[a-z0-9-]+$/, 'expected a service such as sagemaker'), z.url());

/**
 * `AWS_ENDPOINT_URL_<SERVICE>` variables from `{"sagemaker": "http://127.0.0.1:5001"}`, given as JSON text or as an object; none from undefined.
 * Throws an Error that quotes what is wrong.
 */
export const endpointVariables = (context: unknown): Readonly<Record<string, string>> => {
  if (context === undefined) return {};
  const parsed = serviceEndpoints.safeParse(typeof context === 'string' ? JSON.parse(context) : context);
  if (!parsed.success) throw new Error(`context rollcall:serviceEndpoints: ${z.prettifyError(parsed.error)}`);
  return Object.fromEntries(Object.entries(parsed.data).map(([service, url]) => [variableOf(service), url]));
};

const variableOf = (service: string): string => `AWS_ENDPOINT_URL_${service.replaceAll('-', '_').toUpperCase()}`;
