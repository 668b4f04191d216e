import type { Route } from './rest.ts';

/** One configuration for an account and region; without one the answer is empty. */
export const LOGGING: Route = {
  operation: 'GetModelInvocationLoggingConfiguration',
  at: 'GET /logging/modelinvocations',
  act: ({ estate, account, region }) => ({ loggingConfig: estate.accounts[account]?.[region]?.invocationLogging }),
};
