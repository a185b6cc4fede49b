// The loop over k through workgroup memory.
import { type StageConfig, workgroupTile } from "./tile-config.ts";
import { multiplyAdds } from "./tile-loops.ts";
import { range } from "../range.ts";

/**
 * Vec4s between successive depths of an operand in workgroup memory. One more than needed where a thread's stores go
 * down the depth: they would all meet one bank.
 */
function tileStride(lines: number, alongDepth: boolean): number {
  return lines / 4 + (alongDepth ? 1 : 0);
}

/** WGSL of the workgroup memory. */
export function sharedTiles(config: StageConfig<"shared">): string {
  const tile = workgroupTile(config);
  const { depth, transposeA, transposeB } = config;
  return `// [depth][line / 4]
var<workgroup> tile_a: array<array<vec4f, ${tileStride(tile.rows, !transposeA)}>, ${depth}>;
var<workgroup> tile_b: array<array<vec4f, ${tileStride(tile.columns, transposeB)}>, ${depth}>;

`;
}

/**
 * How one operand gets into workgroup memory: WGSL of the two halves of the way, for the 4×4 blocks that a thread
 * moves.
 */
interface Staging {
  /** variables that hold blocks between the halves */
  readonly names: readonly string[];
  fetch(k: string, indent: string): string;
  put(indent: string): string;
}

function staging(name: "a" | "b", config: StageConfig<"shared">): Staging {
  const { threadsX, threadsY, depth, transposeA, transposeB } = config;
  const tile = workgroupTile(config);
  const [lines, axis, alongDepth] =
    name === "a" ? ([tile.rows, "y", !transposeA] as const) : ([tile.columns, "x", transposeB] as const);
  const across = lines / 4;
  const [blocks, threads] = [(across * depth) / 4, threadsX * threadsY];
  // Neighbouring threads load neighbouring vectors of memory: along the lines, or two along k, which makes up a sector
  // of 32 bytes.
  const pairs = depth % 8 === 0 ? 2 : 1;
  const [line, step] = alongDepth
    ? [
        `block / ${pairs}u % ${across}u`,
        pairs === 1 ? `block / ${across}u` : `block / ${2 * across}u * 2u + block % 2u`,
      ]
    : [`block % ${across}u`, `block / ${across}u`];
  const names = range(Math.ceil(blocks / threads)).map((i) => `${name}${i}_next`);
  const each = (body: (held: string) => readonly string[], indent: string): string =>
    names
      .map((held, i) => {
        const guarded = (i + 1) * threads > blocks;
        return [
          `${indent}${guarded ? `if (index + ${i * threads}u < ${blocks}u) ` : ""}{`,
          `${indent}  let block = index + ${i * threads}u;`,
          `${indent}  let line = ${line};`,
          `${indent}  let step = ${step};`,
          ...body(held).map((text) => `${indent}  ${text}`),
          `${indent}}`,
        ].join("\n");
      })
      .join("\n");
  return {
    names,
    fetch: (k, indent) =>
      each(
        (held) => [
          `${held} = load_${name}(base${name.toUpperCase()}, group.${axis} * ${lines}u + line * 4u, ${k} + step * 4u);`,
        ],
        indent,
      ),
    put: (indent) =>
      each((held) => range(4).map((q) => `tile_${name}[step * 4u + ${q}u][line] = ${held}[${q}];`), indent),
  };
}

/** Rounds of `depth`: fetch, put, meet, compute, meet. With `prefetch` the steps of a round are written out. What a round adds up joins the sums at its end: no sum is a chain of k additions, but of k/depth. */
export function sharedLoop(config: StageConfig<"shared">): string {
  const { rows, vectors, threadsX, depth, prefetch = false } = config;
  const [a, b] = [staging("a", config), staging("b", config)];
  const step = (d: string | number): string => `    {
${range(rows / 4)
  .map((i) => `      let a${i} = tile_a[${d}][local.y * ${rows / 4}u + ${i}u];`)
  .join("\n")}
${range(vectors)
  .map((j) => `      let b${j} = tile_b[${d}][local.x + ${j * threadsX}u];`)
  .join("\n")}
${multiplyAdds(
  config,
  (i) => `a${i}`,
  (j) => `b${j}`,
  "      ",
  "p",
)}
    }`;
  const steps = prefetch ? range(depth).map(step).join("\n") : `    for (var d = 0u; d < ${depth}u; d++)\n${step("d")}`;
  const fetchBoth = (k: string, indent: string): string => `${a.fetch(k, indent)}\n${b.fetch(k, indent)}`;
  const each = (text: (sum: string) => string): string =>
    range(rows)
      .flatMap((i) => range(vectors).map((j) => text(`${i}_${j}`)))
      .join("\n");
  const held = [...a.names, ...b.names].map((name) => `  var ${name} = mat4x4f();\n`).join("");
  const next = `    if (k + ${depth}u < endDepth) {\n${fetchBoth(`k + ${depth}u`, "      ")}\n    }\n`;
  return `${held}${prefetch ? `${fetchBoth("firstDepth", "  ")}\n` : ""}  for (var k = firstDepth; k < endDepth; k += ${depth}u) {
${prefetch ? "" : `${fetchBoth("k", "    ")}\n`}${a.put("    ")}
${b.put("    ")}
    workgroupBarrier();
${prefetch ? next : ""}${each((sum) => `    var p${sum} = vec4f();`)}
${steps}
${each((sum) => `    c${sum} += p${sum};`)}
    workgroupBarrier();
  }`;
}
