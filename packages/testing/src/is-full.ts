// Whether tests run in their long form: `npm run test:full`. Pages see no environment, and run the short one.

/** `X_TESTS=full`. */
export const isFull: boolean =
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.["X_TESTS"] === "full";

/** All of a list in the long form, else the items that `short` chooses. */
export function unlessFull<T>(all: readonly T[], short: (item: T, index: number) => boolean): readonly T[] {
  return isFull ? all : all.filter(short);
}
