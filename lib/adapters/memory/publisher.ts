import type { Message } from '../../core/notice.ts';
import type { Publisher } from '../../ports.ts';

export interface MemoryPublisher extends Publisher {
  /** Messages in the order in which they were accepted; a repeat is here twice. */
  readonly accepted: readonly Message[];
}

/** Keeps what it is given. `refuses` names the messages that it throws for; `owners` is what `reached` answers. */
export const createMemoryPublisher = (
  ask: { readonly refuses?: (message: Message) => boolean; readonly owners?: ReadonlySet<string> } = {},
): MemoryPublisher => {
  const accepted: Message[] = [];
  return {
    accepted,
    publish: async message => {
      if (ask.refuses?.(message) === true) throw new Error(`refused: ${message.subject}`);
      accepted.push(message);
      return `memory-${accepted.length}`;
    },
    reached: async () => ask.owners,
  };
};
