// Helpers that write kernel text.

/** `make(0)`, `make(1)` … on lines of their own. */
export function repeat(count: number, make: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => make(i)).join("\n");
}

/** `make(i, j)` for every i and j on lines of their own, j fastest. */
export function repeatBoth(rows: number, columns: number, make: (i: number, j: number) => string): string {
  return repeat(rows, (i) => repeat(columns, (j) => make(i, j)));
}

/**
 * The statements that store the transpose of the four by four floats in the vectors `rows`: its row i by `store(i,
 * vector)`.
 */
export function transposeFour(
  rows: readonly [string, string, string, string],
  store: (i: number, vector: string) => string,
): string {
  return `{
    ${rows.map((row, i) => `let four${i} = ${row};`).join(" ")}
    let low01 = shuffle(four0, four1, 0, 4, 1, 5); let low23 = shuffle(four2, four3, 0, 4, 1, 5);
    let high01 = shuffle(four0, four1, 2, 6, 3, 7); let high23 = shuffle(four2, four3, 2, 6, 3, 7);
    ${store(0, "shuffle(low01, low23, 0, 1, 4, 5)")}
    ${store(1, "shuffle(low01, low23, 2, 3, 6, 7)")}
    ${store(2, "shuffle(high01, high23, 0, 1, 4, 5)")}
    ${store(3, "shuffle(high01, high23, 2, 3, 6, 7)")}
  }`;
}

/**
 * One step of an outer product kept in registers: `s${i}${j} += a_i · b_j` for `rows` numbers of a and `vectors`
 * vectors of b, at the addresses given. With one row b is read where it is used.
 */
export function outerProduct(
  rows: number,
  vectors: number,
  a: (i: number) => string,
  b: (j: number) => string,
): string {
  const once = rows === 1;
  return `
  ${once ? "" : repeat(vectors, (j) => `let b${j} = load4(${b(j)});`)}
  ${repeat(rows, (i) => `let x${i} = load_splat(${a(i)}); ${repeat(vectors, (j) => `s${i}${j} = fma(x${i}, ${once ? `load4(${b(j)})` : `b${j}`}, s${i}${j});`)}`)}`;
}

/**
 * How {@link eachVector} reads and writes four neighbours at a byte offset `i`, or the fewer ones at the end of a row.
 */
export interface VectorAccess {
  load(pointer: string): string;
  store(pointer: string, value: string): string;
  /** a value with the lanes beyond the row replaced by `filler` (default 0) */
  live(value: string, filler?: string): string;
}

/**
 * A pass over the `count` floats of a row, four at a time; the text is written twice, once for whole vectors and once
 * for what is left at the end. `body` may use `i`, the byte offset; `wholeBytes` and `restLanes` are taken. It begins at
 * `firstByte`, a whole vector. Lanes beyond the row read whatever follows it (`live` hides them) and are not written.
 */
export function eachVector(count: string, body: (access: VectorAccess) => string, firstByte: string = "0"): string {
  const whole: VectorAccess = {
    load: (pointer) => `load4(${pointer} + i)`,
    store: (pointer, value) => `store4(${pointer} + i, ${value});`,
    live: (value) => value,
  };
  const partial: VectorAccess = {
    load: whole.load,
    store: (pointer, value) => `store_first(${pointer} + i, ${value}, restLanes);`,
    live: (value, filler = "0.0") => `first_lanes(${value}, restLanes, ${filler})`,
  };
  return `{
  let wholeBytes = (${count} >> 2) << 4;
  let restLanes = ${count} & 3;
  for (var i = ${firstByte}; i < wholeBytes; i += 16) {
    ${body(whole)}
  }
  if (restLanes > 0) {
    let i = wholeBytes;
    ${body(partial)}
  }
}`;
}

/** Sums in flight in {@link foldVectors}: an addition takes four cycles, a core begins one or two in each. */
const folds = 4;

/**
 * Gathers the `count` floats of a row in `name`, a vec4f: `body(access, sum)` is the statements that bring four of them
 * into the variable `sum`, which starts as `start`. Neighbouring vectors go into variables of their own, joined at the
 * end by `join`, in an order that depends on `count` alone.
 */
export function foldVectors(
  count: string,
  name: string,
  { start, join }: { readonly start: string; readonly join: (a: string, b: string) => string },
  body: (access: VectorAccess, sum: string) => string,
): string {
  const sums = Array.from({ length: folds }, (_, k) => `${name}Of${k}`);
  const access = (k: number): VectorAccess => ({
    load: (pointer) => `load4(${pointer} + i + ${16 * k})`,
    store: (pointer, value) => `store4(${pointer} + i + ${16 * k}, ${value});`,
    live: (value) => value,
  });
  const [a, b, c, d] = sums as [string, string, string, string];
  return `
  ${sums.map((sum) => `var ${sum} = ${start};`).join(" ")}
  {
    let foldedBytes = (${count} >> ${Math.log2(4 * folds)}) << ${Math.log2(16 * folds)};
    for (var i = 0; i < foldedBytes; i += ${16 * folds}) {
      ${sums.map((sum, k) => `{ ${body(access(k), sum)} }`).join("\n      ")}
    }
    ${eachVector(count, (rest) => body(rest, a), "foldedBytes")}
  }
  let ${name} = ${join(join(a, b), join(c, d))};`;
}

/**
 * Sums over the `count` floats of a row, each an f32 of one of `names`: `body(access, sums)` adds four terms to each of
 * the variables `sums`. After every 1024 floats what four vectors have gathered moves on into doubles, so that no chain
 * of additions in f32 is longer than 64, in an order that depends on `count` alone.
 */
export function foldSums<const N extends readonly string[]>(
  count: string,
  names: N,
  body: (access: VectorAccess, sums: { readonly [K in keyof N]: string }) => string,
): string {
  const parts = (k: number): { readonly [K in keyof N]: string } =>
    names.map((name) => `${name}Of${k}`) as { readonly [K in keyof N]: string };
  const all = Array.from({ length: folds }, (_, k) => k);
  const access = (k: number): VectorAccess => ({
    load: (pointer) => `load4(${pointer} + i + ${16 * k})`,
    store: (pointer, value) => `store4(${pointer} + i + ${16 * k}, ${value});`,
    live: (value) => value,
  });
  const each = (make: (name: string) => string): string => names.map(make).join("\n      ");
  return `
  ${each((name) => `var ${name}Halves = low_doubles(vec4f(0.0)); ${all.map((k) => `var ${name}Of${k} = vec4f(0.0);`).join(" ")}`)}
  {
    let foldedBytes = (${count} >> ${Math.log2(4 * folds)}) << ${Math.log2(16 * folds)};
    for (var start = 0; start < foldedBytes; start += 4096) {
      let stop = min(start + 4096, foldedBytes);
      for (var i = start; i < stop; i += ${16 * folds}) {
        ${all.map((k) => `{ ${body(access(k), parts(k))} }`).join("\n        ")}
      }
      ${each(
        (name) => `{
        let ${name}Part = (${name}Of0 + ${name}Of1) + (${name}Of2 + ${name}Of3);
        ${name}Halves = ${name}Halves + (low_doubles(${name}Part) + high_doubles(${name}Part));
        ${all.map((k) => `${name}Of${k} = vec4f(0.0);`).join(" ")}
      }`,
      )}
    }
    ${eachVector(count, (rest) => body(rest, parts(0)), "foldedBytes")}
  }
  ${each(
    (name) => `${name}Halves = ${name}Halves + (low_doubles(${name}Of0) + high_doubles(${name}Of0));
  let ${name} = round_doubles(${name}Halves + shuffle(${name}Halves, ${name}Halves, 2, 3, 0, 1)).x;`,
  )}`;
}

/** One sum of {@link foldSums}. */
export function foldSum(count: string, name: string, body: (access: VectorAccess, sum: string) => string): string {
  return foldSums(count, [name], (access, [sum]) => body(access, sum));
}

/**
 * Statements that add four floats to those at `sum`, where `rest` has what rounding lost of them before (Kahan): an
 * error of two roundings however many additions. A sum that is infinite stays so.
 */
export function compensated({ load, store }: VectorAccess, sum: string, rest: string, value: string): string {
  return `
    let term = ${value} - ${load(rest)};
    let before = ${load(sum)};
    let after = before + term;
    let lost = (after - before) - term;
    ${store(sum, "after")}
    ${store(rest, "unless(lost, lost != lost)")}`;
}

/** Rows from `row` up to `lastRow`, four at a time and then singly. */
export function rowsByFours(lines: (rows: 1 | 4) => string): string {
  return `while (row + 4 <= lastRow) {
    ${lines(4)}
    row += 4;
  }
  while (row < lastRow) {
    ${lines(1)}
    row += 1;
  }`;
}

/**
 * The statements that add `part` to the variable `sum`, and what the addition rounds off to `lost` (Knuth's two-sum): parts
 * of a sum that is as long as a caller's sequence.
 */
export function addToLongSum(sum: string, lost: string, part: string): string {
  return `{
    let part = ${part};
    let next = ${sum} + part;
    let came = next - ${sum};
    ${lost} = ${lost} + ((${sum} - (next - came)) + (part - came));
    ${sum} = next;
  }`;
}

/** A sum made by {@link addToLongSum}. What an infinite one lost is NaN. */
export function longSum(sum: string, lost: string): string {
  return `select(${sum}, ${sum} + ${lost}, ${lost} == ${lost})`;
}
