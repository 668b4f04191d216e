import { setTimeout as sleep } from 'node:timers/promises';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { type Simcloud, startSimcloud } from '../../lib/simcloud/server.ts';

/** What the server is told; what is absent stays as it is. */
export interface Order {
  readonly estate?: EstateInput;
  /** How long each answer takes at least. */
  readonly latencyMs?: number;
}

/** simcloud in a process of its own: each order is answered with its address and the calls so far. */
const state: { latencyMs: number; simcloud: Simcloud | undefined } = { latencyMs: 0, simcloud: undefined };
const wait = async (milliseconds: number): Promise<void> => {
  if (milliseconds + state.latencyMs > 0) await sleep(milliseconds + state.latencyMs);
};

const obey = async ({ estate, latencyMs }: Order): Promise<void> => {
  state.latencyMs = latencyMs ?? state.latencyMs;
  if (estate && state.simcloud) state.simcloud.load(estate);
  else if (estate) state.simcloud = await startSimcloud({ estate, wait });
  const { user, system } = process.cpuUsage();
  process.send?.({ endpoint: state.simcloud?.endpoint, calls: state.simcloud?.calls(), cpuSeconds: (user + system) / 1e6 });
};

process.on('message', (order: Order) => void obey(order));

// Whoever started it has ended, however.
process.once('disconnect', () => process.exit());
