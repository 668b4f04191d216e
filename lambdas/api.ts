import { handle } from 'hono/aws-lambda';
import { createApi } from '../lib/api/app.ts';
import { awsPorts } from '../lib/wiring/aws.ts';

export const handler = handle(createApi(awsPorts()));
