import * as z from 'zod';

/** What hono's Lambda adapter hands on: the event of an HTTP API (payload 2.0) whose IAM authorizer verified the caller. */
const environmentSchema = z.object({
  event: z.object({ requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string().max(2048) }) }) }) }),
});

/** The verified caller's ARN; undefined where no IAM authorizer stood before the request, which allows nothing. */
export const userArnOf = (environment: unknown): string | undefined =>
  environmentSchema.safeParse(environment).data?.event.requestContext.authorizer.iam.userArn;
