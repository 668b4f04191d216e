/** Reads each name once, whoever asks and however often: for what is immutable under its name. `hit`: told where it was known. */
export const once =
  <T>(known: Map<string, Promise<T>>, read: (name: string) => Promise<T>, hit = () => {}) =>
  (name: string): Promise<T> => {
    if (known.has(name)) hit();
    const answer = known.get(name) ?? read(name);
    known.set(name, answer);
    return answer;
  };
