import * as z from 'zod';
import { chooseSlot } from '../lib/core/choose-slot.ts';
import { planScopes } from '../lib/usecases/plan-scopes.ts';
import { accountPlanner, awsPorts, scopeListOf } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const scopeList = scopeListOf(ports.environment);
const inputSchema = z.object({ slot: z.unknown().optional() });
const eventSchema = z.object({ input: inputSchema, startedAt: z.iso.datetime({ offset: true }), holder: z.string().min(1) });

export const handler = async (event: unknown) => {
  const { input, startedAt, holder } = eventSchema.parse(event);
  const chosen = chooseSlot({ given: input.slot, startedAt, everyMinutes: ports.settings.schedule.everyMinutes });
  if (!chosen.ok) throw new RangeError(chosen.reason);
  const planned = await planScopes(
    { ...ports, planner: accountPlanner(ports, chosen.slot) },
    { slot: chosen.slot, manual: chosen.manual, holder },
  );
  const tasks = planned.batches.map(scopes => ({ scopes, slot: planned.slot, holder }));
  const key = planned.outcome === 'DUPLICATE' || tasks.length === 0 ? '' : await scopeList.write(planned.slot, tasks);
  return { outcome: planned.outcome, slot: planned.slot, holder, key };
};
