// NaN and infinities in kernels whose rows compete. WGSL may assume that neither exists, so such kernels read and write
// words: `graded` puts large finite numbers, grades, in place of what is special, and results that are special are
// written as words. Not a kernel.

/** Bit patterns of f32. */
export const nanWord = "0x7fc00000u";
export const infinityWord = "0x7f800000u";
export const lowestWord = "0xff800000u"; // −∞

/**
 * WGSL: `graded(words)`. Numbers keep their value, but for the sixteen largest of either sign, which become one. NaN
 * and +∞ are larger than all of them, −∞ is smaller. `grade_nan(grade)`, `grade_infinite` and `grade_lowest` tell them
 * from numbers, also after `max`. `shrunk(x)` is e^x for x ≤ 0, exactly 0 long before its argument overflows.
 */
export function gradeFunctions({ vec }: { readonly vec: 1 | 4 }): string {
  const [words, numbers] = vec === 4 ? ["vec4u", "vec4f"] : ["u32", "f32"];
  const every = vec === 4 ? "all" : "";
  return `fn graded(words: ${words}) -> ${numbers} {
  let size = words & ${words}(0x7fffffffu);
  if (${every}(size < ${words}(0x7f7ffff0u))) { return bitcast<${numbers}>(words); }
  let bounded = select(words, (words & ${words}(0x80000000u)) | ${words}(0x7f7ffff0u), size >= ${words}(0x7f7ffff0u));
  let signed = select(select(bounded, ${words}(0x7f7ffffeu), words == ${words}(${infinityWord})), ${words}(0xff7fffffu), words == ${words}(${lowestWord}));
  return bitcast<${numbers}>(select(signed, ${words}(0x7f7fffffu), size > ${words}(${infinityWord})));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: ${numbers}) -> ${numbers} { return exp(max(x, ${numbers}(-200.0))); }
`;
}

/** Element type of bindings of words. */
export function wordType({ vec }: { readonly vec: 1 | 4 }): "u32" | "vec4u" {
  return vec === 4 ? "vec4u" : "u32";
}

/**
 * WGSL of a thread's pass over its part of a row of `u.units` loads, `at(r)` being load r: the largest grade in `top`,
 * Σ exp(x − largest) in `sum`, in one reading. Needs `graded`, `peak`, `total` and `carried`; `also` are statements
 * that see the grades `v` and the words `loaded`.
 */
export function exponentialSum(load: string, also: string = ""): string {
  return `  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = ${load};
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
${also}    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
`;
}
