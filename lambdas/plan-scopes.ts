import * as z from 'zod';
import { roundDown } from '../lib/core/time.ts';
import { planScopes } from '../lib/usecases/plan-scopes.ts';
import { awsPorts, scopeListOf } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const scopeList = scopeListOf(ports.environment);
const instant = z.iso.datetime({ offset: true });
/** A start by hand names no slot, and an emulator may hand on the placeholder of one: then the start time decides. */
const inputSchema = z.object({ slot: instant.optional().catch(undefined) });
const eventSchema = z.object({ input: inputSchema, startedAt: instant, holder: z.string().min(1) });

export const handler = async (event: unknown) => {
  const { input, startedAt, holder } = eventSchema.parse(event);
  const slot = roundDown(input.slot ?? startedAt, ports.settings.schedule.everyMinutes);
  const planned = await planScopes(ports, { slot, manual: input.slot === undefined, holder });
  const tasks = planned.scopes.map(scope => ({ scope, slot: planned.slot, holder }));
  const key = planned.outcome === 'DUPLICATE' ? '' : await scopeList.write(planned.slot, tasks);
  return { outcome: planned.outcome, slot: planned.slot, holder, key };
};
