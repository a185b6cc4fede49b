// Tuning tables: which table a device gets, and that measured choices override it.
import { baseCaps, checkTuning, classTable, KernelError, matmul, ssd, type Tuning } from "@x/kernels-wgsl";
import { families } from "../src/tuning/families.ts";
import { rowThresholds } from "../src/tuning/experiments/row-threads.ts";
import { bestOverall } from "../src/tuning/experiment.ts";
import { describe, expect, test } from "vitest";

const software = { ...baseCaps, adapter: "software" } as const;
const shape = { b: 1, l: 128, h: 2, p: 64, g: 1, n: 64 };

function chunkLength(tuning?: Tuning): unknown {
  const program = ssd.program(shape, { ...software, ...(tuning && { tuning }) });
  return (program.dispatches[0]!.config as { readonly q: number }).q;
}

const classes = ["apple", "nvidia", "amd", "intel", "qualcomm", "software", "unknown"] as const;

describe("tuning tables", () => {
  test("every class has one, of plain data, that a device takes", () => {
    for (const adapter of classes) {
      const table = classTable({ ...baseCaps, adapter });
      expect(JSON.parse(JSON.stringify(table))).toEqual(table);
      const { matmul, ...sections } = table;
      checkTuning("test", { adapter: "a|b|c|32", ...sections, matmul: { "1024x1024x1024": matmul.tile } });
    }
  });

  test.each([
    // waves of 528 on NVIDIA: 768 workgroups in 2 parts are 2.91 of them, in 3 they would be 4.36
    ["nvidia", 4096, 768, 1536, 2],
    ["nvidia", 3352, 768, 4096, 4],
    ["nvidia", 768, 1536, 4096, 7],
    ["nvidia", 4096, 3352, 768, 1],
    // no number of workgroups is known elsewhere: as many parts as the table aims at
    ["unknown", 256, 256, 4096, 8],
  ] as const)("%s: %i × %i × %i is cut into %i parts", (adapter, m, n, k, parts) => {
    const { dispatches } = matmul.program({ m, n, k, precision: "f32" }, { ...baseCaps, adapter });
    expect(dispatches[0]!.uniforms["splits"]).toBe(parts);
  });

  test("what was measured on the device overrides its class", () => {
    expect(chunkLength()).toBe(32);
    expect(chunkLength({ ssd: { chunkLength: 64 } })).toBe(64);
  });
});

describe("a table that is loaded", () => {
  const tile = { stage: "shared", rows: 4, vectors: 2, threadsX: 8, threadsY: 8, depth: 16 };
  const { matmul: _, ...sections } = classTable({ ...baseCaps, adapter: "nvidia" });
  const keys = Object.entries(sections).flatMap(([name, section]) =>
    Object.keys(section).map((key) => [name, key] as const),
  );

  test.each(keys)("%s.%s: a name that is nearly right and a value that cannot be are refused by name", (name, key) => {
    const given = (section: object) => () => checkTuning("load", { [name]: section });
    expect(given({ [`${key}s`]: 1 })).toThrow(
      new RegExp(`^load: tuning\\.${name}: options must be among .*; got "${key}s"\\. Did you mean "${key}"\\?$`),
    );
    for (const value of [-1, 0.5, 1e20, "12", undefined, [], {}])
      expect(given({ [key]: value }), String(value)).toThrow(new RegExp(`^load: tuning\\.${name}\\.${key}\\b`));
    expect(given({ [key]: null })).toThrow(new RegExp(`^load: tuning\\.${name}: ${key} must be .*; got null\\.$`));
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown section", { mat: {} }, /^load: tuning: options must be among adapter, matmul, ssd, .*; got "mat"\./],
    ["a class of shapes that is none", { matmul: { big: tile } }, /tuning\.matmul must have keys .*; got "big"\.$/],
    ["an unknown stage", { matmul: { "16x16x16": { ...tile, stage: "l2" } } }, /stage must be "none" or .*; got "l2"/],
    [
      "a tile with a fraction",
      { matmul: { "16x16x16 tb": { ...tile, rows: 0.5 } } },
      /\["16x16x16 tb"\]\.rows must be/,
    ],
    ["a tile with an unknown key", { matmul: { "16x16x16": { ...tile, threads: 5 } } }, /got "threads"/],
    ["half a tile", { matmul: { "16x16x16": { stage: "none", rows: 4 } } }, /\.vectors must be .*; got undefined/],
    ["a tile without its blocks", { matmul: { "16x16x16": { ...tile, stage: "matrix" } } }, /\.blocks/],
    ["no tile", { matmul: { "16x16x16": 8 } }, /\.stage must be .*; got undefined/],
    ["half of what matrix units need", { ssd: { matrix: { depth: 32 } } }, /tuning\.ssd\.matrix\.threads/],
    ["a choice that there is none of", { ssd: { chunkLength: 48 } }, /chunkLength must be 32 or 64; got 48\.$/],
    ["an adapter that is no name", { adapter: 5 }, /tuning\.adapter must be a string; got 5/],
    ["null for a section", { rows: null }, /tuning: rows must be .*; got null\.$/],
    ["a list", [], /tuning: options must be an object/],
    ["a text", "fast", /tuning must be an object; got "fast"/],
    ["a submitted file in place of its table", { format: "x-tuning/2", tuning: {} }, /got "format"/],
  ])("%s", (_name, tuning, message) => {
    expect(() => checkTuning("load", tuning)).toThrow(KernelError);
    expect(() => checkTuning("load", tuning)).toThrow(message);
  });

  test("a key named like a property of every object is unknown too", () => {
    for (const key of ["__proto__", "constructor", "toString"])
      expect(() => checkTuning("load", JSON.parse(`{ "rows": { "${key}": 1 } }`))).toThrow(key);
  });
});

describe("experiments", () => {
  const all = Object.entries(families).flatMap(([family, { experiments }]) =>
    (["software", "unknown", "nvidia"] as const).flatMap((adapter) => {
      const caps = { ...baseCaps, adapter };
      return experiments(caps, {}).map((experiment) => ({
        name: `${family} on ${adapter}, ${experiment.name}`,
        family,
        experiment,
        caps,
      }));
    }),
  );

  test("there are some for every section of a table", () => {
    expect(Object.keys(families).toSorted()).toEqual(Object.keys(classTable(baseCaps)).toSorted());
  });

  test.each(all)(
    "$name: each candidate has its place, and one of them is the built-in choice",
    ({ experiment, caps }) => {
      const { axes, candidates } = experiment;
      expect(axes.length).toBeGreaterThanOrEqual(2);
      const plain = (one: unknown): unknown => (one === Object(one) ? Object.entries(one as object).toSorted() : one);
      const distinct = (values: readonly unknown[]): number =>
        new Set(values.map((one) => JSON.stringify(plain(one)))).size;
      expect(distinct(candidates.map((one) => experiment.place(one)))).toBe(distinct(candidates));
      for (const one of candidates) expect(experiment.place(one)).toHaveLength(axes.length);
      const text = (candidate: unknown): string =>
        JSON.stringify(
          experiment
            .program(candidate, caps)
            .dispatches.map(({ config, uniforms, workgroups }) => [config, uniforms, workgroups]),
        );
      const fitting = candidates.filter((one) => experiment.refuses?.(one) === undefined);
      expect(fitting.map(text)).toContain(text(undefined));
      // Not all the same: there is something to find.
      expect(new Set(fitting.map(text)).size).toBeGreaterThan(1);
    },
  );

  test.each(all)("$name: what is chosen makes a table that a device takes", ({ family, experiment }) => {
    for (const chosen of experiment.candidates) {
      const tried = [{ candidate: chosen, place: experiment.place(chosen), elapsedNs: 1 }];
      const section = families[family as keyof typeof families].choose([{ experiment, tried, chosen }], 1);
      checkTuning("test", { [family]: section });
      expect(Object.keys(section!).length).toBeGreaterThan(0);
    }
  });

  test("what is best overall has a time everywhere, and gives way only to what is clearly faster", () => {
    const raced = (...times: (number | undefined)[][]) =>
      times.map((row) => ({
        experiment: {} as never,
        chosen: "",
        tried: row.map((elapsedNs, i) => ({ candidate: "abc"[i]!, place: [], ...(elapsedNs && { elapsedNs }) })),
      }));
    const best = (...times: (number | undefined)[][]) => bestOverall(raced(...times), (one) => one);
    expect(best([10, 5], [10, 11])).toBe("b");
    expect(best([10, 9.9], [10, 9.9])).toBe("a");
    expect(best([10, 1], [10, undefined])).toBe("a");
    expect(best([10, 20, 5], [10, 20])).toBe("a");
    expect(best([undefined])).toBe(undefined);
  });

  test("thresholds of rows follow the best layouts, longer rows never sharing among fewer threads", () => {
    const best = [0, 1, 0, 2, 3].map((layout, i) => ({ loads: 8 * 2 ** i, layout }));
    expect(rowThresholds(best, 4)).toEqual([8, 32, 64, 2 ** 30]);
    expect(
      rowThresholds(
        best.map(({ loads }) => ({ loads, layout: 0 })),
        4,
      ),
    ).toEqual([0, 1, 2, 3].map(() => 2 ** 30));
    expect(
      rowThresholds(
        best.map(({ loads }) => ({ loads, layout: 3 })),
        4,
      ),
    ).toEqual([0, 0, 0, 2 ** 30]);
  });
});
