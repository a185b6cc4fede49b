// The kernel language: what texts mean, and what is said about those that mean nothing.
import {
  compileWasm,
  createWasmRunner,
  defineWasmKernel,
  compilesWasm,
  elementwiseWasm,
  KernelError,
  wasmCall,
  wasmProgram,
  wasmText,
} from "@x/kernels-wasm";
import { describe, expect, it } from "vitest";

const runner = createWasmRunner();
const [out, input] = [runner.heap.allocate(256), runner.upload(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]))];
let count = 0;

/** What a body stores at `out`, as floats; `x` holds 1 … 8. */
function run(body: string, length = 4, functions = ""): number[] {
  const kernel = defineWasmKernel({
    name: `test${count++}`,
    params: { x: "ptr", out: "ptr", n: "u32", f: "f32" },
    functions: () => functions,
    body: () => body,
  });
  runner.run(wasmProgram([wasmCall(kernel, undefined, { x: "x", out: "out", n: 7, f: 0.5 })]), { x: input, out });
  return [...runner.read(out, length)];
}

describe("the kernel language", () => {
  it("computes with scalars, by precedence, and converts only when asked", () => {
    expect(run("store(out, f32(n + 3 * 2 - n / 2 % 2));", 1)).toEqual([12]);
    expect(run("store(out, f32((n << 2) >> 1 & 12 | 1));", 1)).toEqual([13]);
    expect(run("store(out, f32(-3) * f);", 1)).toEqual([-1.5]);
    expect(run("let a: i32 = -8; store(out, f32(a / 3)); store(out + 4, f32(a >> 1));", 2)).toEqual([-2, -4]);
    expect(() => run("store(out, n + f);")).toThrow(/a u32 must stand here; got a f32/);
  });

  it("fills vectors with the scalars beside them", () => {
    expect(run("store4(out, load4(x) * 2.0 + f);")).toEqual([2.5, 4.5, 6.5, 8.5]);
    expect(run("store4(out, load4(x + 16) - load_splat(x + 4));")).toEqual([3, 4, 5, 6]);
    expect(run("let v = load4(x); store(out, v.x + v.w); store(out + 4, sum4(v));", 2)).toEqual([5, 10]);
    expect(run("store4(out, shuffle(load4(x), load4(x + 16), 0, 4, 3, 7));")).toEqual([1, 5, 4, 8]);
    expect(run("store4(out, select(load4(x), 0.0, load4(x) > 2.0));")).toEqual([1, 2, 0, 0]);
  });

  it("has loops that may not run at all, and scopes", () => {
    expect(run("var s = 0.0; for (var i = 0; i < n; i += 1) { s += f32(i); } store(out, s);", 1)).toEqual([21]);
    expect(
      run(
        "var s = 1.0; for (var i = n; i < 3; i += 1) { s = 9.0; } while (s < 100.0) { s = s * 2.0; } store(out, s);",
        1,
      ),
    ).toEqual([128]);
    expect(run("{ let a = 2.0; store(out, a); } let a = 1.0; store(out + 4, a);", 2)).toEqual([2, 1]);
    expect(
      run("if (n > 8) { store(out, 1.0); } else if (n == 7) { store(out, 2.0); } else { store(out, 3.0); }", 1),
    ).toEqual([2]);
  });

  it("refuses a name that hides another", () => {
    const hides = /"a" must be a new name; it is declared already/;
    expect(() => run("let a = 1.0; { let a = 2.0; store(out, a); } store(out + 4, a);")).toThrow(hides);
    expect(() => run("let a = 1; for (var a = 0; a < n; a += 1) { store(out, 1.0); }")).toThrow(hides);
    expect(() => run("let a = 1.0; let a = 2.0; store(out, a);")).toThrow(hides);
    expect(() => run("let n = 2; store(out, f32(n));")).toThrow(/"n" must be a new name/);
  });

  it("has unsigned vectors, their wide products, and doubles to compute in", () => {
    const word = (value: string): string => `store4(out, vec4f(${value}));`;
    expect(run(word("(vec4u(0x80000000) >> 31) + vec4u(n)"))).toEqual([8, 8, 8, 8]);
    expect(run(word("mul_high(vec4u(0x80000001), vec4u(6))"))).toEqual([3, 3, 3, 3]);
    expect(run(word("select(vec4u(1), vec4u(2), vec4u(0xffffffff) > vec4u(5))"))).toEqual([2, 2, 2, 2]);
    expect(run("store4(out, vec4f(vec4u(load4(x))) - 1.0);")).toEqual([0, 1, 2, 3]);
    expect(
      run("let v = load4(x); store4(out, join_doubles(low_doubles(v) * 0.5 + 1.0, high_doubles(v) / f));"),
    ).toEqual([1.5, 2, 6, 8]);
    expect(run("store_u16x4(out, vec4u(0x3f80)); store_u16x4(out + 8, vec4u(0x3f80));")).toEqual([
      ...new Float32Array(new Uint32Array(4).fill(0x3f803f80).buffer),
    ]);
  });

  it("inlines functions and calls those marked @call", () => {
    const functions =
      "fn twice(v: vec4f) -> vec4f { let w = v + v; return w; } @call fn third(a: f32) -> f32 { return a / 3.0; }";
    expect(run("store4(out, twice(twice(load4(x))));", 4, functions)).toEqual([4, 8, 12, 16]);
    expect(run("store(out, twice(f)); store(out + 4, third(6.0));", 2, functions)).toEqual([1, 2]);
  });

  it.each([
    ["let a = 1.0; a = 2.0;", /"a" must be a var to be assigned/],
    ["store(out, missing);", /"missing" must be declared/],
    ["store(out, nothing(1.0));", /"nothing" must be a function/],
    ["let a 1.0;", /line \d+ must have "="; got "1.0" in "let a 1.0;"/],
    ["if (n) { }", /a condition must be a bool; got a u32/],
    ["let a = $;", /must be made of numbers, names and symbols/],
    ["store(out, n < 1);", /a f32 must stand here; got a bool/],
  ])("says what is wrong with %s", (body, message) => {
    expect(() => run(body)).toThrow(message);
  });

  it("prints the numbered text of a kernel that does not compile", () => {
    expect(() => run("store(out, missing);")).toThrow(/\n +\d+ {2}store\(out, missing\);/);
  });

  it("makes modules small enough for a page's main thread", () => {
    const kernel = defineWasmKernel({
      name: "k",
      params: { x: "ptr" },
      body: () => "store4(x, gelu(silu(softplus(load4(x)))));",
    });
    expect(compileWasm(wasmText(kernel, undefined), { fma: true, shared: false }).length).toBeLessThan(4096);
  });
});

describe("elementwise programs", () => {
  it("broadcast over rows, columns and scalars, with ends of any length", () => {
    const shape = [3, 2, 5];
    const [a, b, c] = [[3, 1, 5], [2, 1], [1]].map((own) => {
      const size = own.reduce((x, y) => x * y, 1);
      return { own, data: Float32Array.from({ length: size }, (_, i) => i + own.length) };
    }) as [
      { own: number[]; data: Float32Array },
      { own: number[]; data: Float32Array },
      { own: number[]; data: Float32Array },
    ];
    const y = runner.heap.allocate(120);
    const program = elementwiseWasm.program({
      shape,
      inputs: { a: { shape: a.own }, b: { shape: b.own }, c: { shape: c.own } },
      result: "a * 100.0 + b * c",
    })!;
    runner.run(program, { a: runner.upload(a.data), b: runner.upload(b.data), c: runner.upload(c.data), y });
    const want = Array.from(
      { length: 30 },
      (_, i) => a.data[Math.floor(i / 10) * 5 + (i % 5)]! * 100 + b.data[Math.floor(i / 5) % 2]! * c.data[0]!,
    );
    expect([...runner.read(y, 30)]).toEqual(want);
  });

  it("compile where all their functions have a vector form", () => {
    const compiles = (result: string): boolean =>
      compilesWasm(elementwiseWasm.program({ shape: [4], inputs: { a: {} }, result })!);
    expect(compiles("silu(a)")).toBe(true);
    expect(compiles("atan2(a, 1.5)")).toBe(false);
    expect(() => compiles("silu(a")).toThrow(KernelError);
  });
});
