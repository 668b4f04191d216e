import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Twice what a team of ten with a pipeline needs: a loop gone wrong is stopped here, not in the tables. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

/** `/api` for the command line and pipelines. Only signed requests of this account's principals get past the gateway; no browser origin is admitted. */
export const createApi = (scope: Construct, handler: IFunction): HttpApi => {
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: 'rollcall',
    description: 'Rollcall: findings, answers and registrations',
    createDefaultStage: false,
  });
  api.addRoutes({
    path: '/api/{proxy+}',
    methods: [HttpMethod.GET, HttpMethod.POST],
    integration: new HttpLambdaIntegration('ApiIntegration', handler, { timeout: Duration.seconds(29) }),
    authorizer: new HttpIamAuthorizer(),
  });
  const logs = new LogGroup(scope, 'ApiAccessLogs', { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY });
  new HttpStage(scope, 'ApiStage', {
    httpApi: api,
    autoDeploy: true,
    throttle: THROTTLE,
    accessLogSettings: { destination: new LogGroupLogDestination(logs), format: accessLogFormat() },
  });
  return api;
};

/** Who called, from where, and how it ended. Never the query string: it may hold what a person typed. */
const accessLogFormat = (): AccessLogFormat =>
  AccessLogFormat.custom(
    JSON.stringify({
      at: '$context.requestTime',
      requestId: '$context.requestId',
      caller: '$context.identity.userArn',
      sourceIp: '$context.identity.sourceIp',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      error: '$context.error.message',
      latencyMs: '$context.responseLatency',
    }),
  );
