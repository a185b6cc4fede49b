// Reading a format whose parts say where the next part is: as a generator that asks for ranges and gets their bytes, so that one text of a format
// serves files in memory and files read by ranges.

/** Asks for the bytes [start, end) of a file, gets them, and gives what it made of them. */
export type Reading<T> = Generator<readonly [start: number, end: number], T, Uint8Array>;

/** The bytes of one file, in parts. */
export interface FileBytes {
  readonly sizeBytes: number;
  range(start: number, end: number): Promise<Uint8Array>;
}

/** Answers from a file in memory. Ranges that lead outside of it are cut at its end. */
export function readNow<T>(bytes: Uint8Array, reading: Reading<T>): T {
  let step = reading.next();
  while (!step.done) step = reading.next(bytes.subarray(...step.value));
  return step.value;
}

/** Answers by reading ranges, one after another. */
export async function readByRanges<T>({ range }: FileBytes, reading: Reading<T>): Promise<T> {
  let step = reading.next();
  while (!step.done) step = reading.next(await range(...step.value));
  return step.value;
}
