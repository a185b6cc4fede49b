// Helpers that write kernel text.

/** `make(0)`, `make(1)` … on lines of their own. */
export function repeat(count: number, make: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => make(i)).join("\n");
}

/** How {@link eachVector} reads and writes four neighbours at a byte offset `i`, or the fewer ones at the end of a row. */
export interface VectorAccess {
  load(pointer: string): string;
  store(pointer: string, value: string): string;
  /** a value with the lanes beyond the row replaced by `filler` (default 0) */
  live(value: string, filler?: string): string;
}

/**
 * A pass over the `count` floats of a row, four at a time; the text is written twice, once for whole vectors and once for what is left at the end.
 * `body` may use `i`, the byte offset (`wholeBytes` and `rest` are taken). Lanes beyond the row read whatever follows it (`live` hides them) and are not written.
 */
export function eachVector(count: string, body: (access: VectorAccess) => string): string {
  const whole: VectorAccess = {
    load: (pointer) => `load4(${pointer} + i)`, store: (pointer, value) => `store4(${pointer} + i, ${value});`, live: (value) => value,
  };
  const partial: VectorAccess = {
    load: whole.load,
    store: (pointer, value) => `store_first(${pointer} + i, ${value}, rest);`,
    live: (value, filler = "0.0") => `first_lanes(${value}, rest, ${filler})`,
  };
  return `{
  let wholeBytes = (${count} >> 2) << 4;
  let rest = ${count} & 3;
  for (var i = 0; i < wholeBytes; i += 16) {
    ${body(whole)}
  }
  if (rest > 0) {
    let i = wholeBytes;
    ${body(partial)}
  }
}`;
}
