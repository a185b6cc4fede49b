// The tiled product: every thread keeps a register tile of C; what differs between stages is how operands reach it.
import { type Binding, defineKernel } from "../kernel.ts";
import { batchBases, batchUniformTypes } from "./batch-axes.ts";
import { activateFunction, type Epilogue, epilogueBindings, finish } from "./epilogue.ts";
import { boundElement, decodersOf, encoderOf } from "./operand.ts";
import type { MatmulBuffer } from "./spec.ts";
import { lanes, type TileConfig, workgroupTile } from "./tile-config.ts";
import { loadBlock, loadVector } from "./tile-load.ts";
import { directLoop } from "./tile-loops.ts";
import { matrixBegin, matrixLoop, matrixStores, matrixTiles } from "./tile-subgroup-matrix.ts";
import { sharedLoop, sharedTiles } from "./tile-shared.ts";
import { matrixFeatures } from "./subgroup-matrix/instructions.ts";
import { range } from "../range.ts";
import { threadPairs } from "../thread-pairs.ts";

export const matmulTile = defineKernel({
  name: "matmul_tile",
  uniforms: {
    m: "u32",
    n: "u32",
    k: "u32",
    splits: "u32",
    splitDepth: "u32",
    splitSize: "u32",
    ...batchUniformTypes,
  },
  bindings: (config: TileConfig): Partial<Record<MatmulBuffer, Binding>> => ({
    a: `read ${boundElement(config.typeA ?? "f32", config.vectorA)}`,
    b: `read ${boundElement(config.typeB ?? "f32", config.vectorB)}`,
    ...(config.groupSize ? { scales: "read f32" as const } : {}),
    ...epilogueBindings(config, config.vectorC ? "vec4f" : "f32"),
    c: `read_write ${boundElement(config.typeC ?? "f32", config.vectorC)}`,
  }),
  features: ({ stage }: TileConfig) => features[stage],
  wgsl: tileText,
});

const features = { none: [], shared: [], matrix: matrixFeatures } as const;
const lane = ", @builtin(subgroup_invocation_id) lane: u32";

/** WGSL of where a thread's rows and columns begin, and of its empty sums. */
function threadBegin(config: TileConfig): string {
  const { rows, vectors, threadsX, threadsY, stage } = config;
  const tile = workgroupTile(config);
  const place =
    stage === "shared" && threadsY % 2 === 0 ? `vec2u(${threadPairs("index", threadsX).join(", ")})` : "own.xy";
  const sums = range(rows).flatMap((i) => range(vectors).map((j) => `  var c${i}_${j} = vec4f();`));
  return `  let local = ${place};\n  let row = group.y * ${tile.rows}u + local.y * ${rows}u;\n  let column = group.x * ${tile.columns}u + local.x * 4u;\n${sums.join("\n")}`;
}

function threadStores({ rows, vectors, threadsX }: TileConfig, base: string): string {
  return range(rows)
    .flatMap((i) =>
      range(vectors).map((j) => `  store(${base}, row + ${i}u, column + ${j * 4 * threadsX}u, c${i}_${j});`),
    )
    .join("\n");
}

/** WGSL of what differs between stages. */
interface StageText {
  /** workgroup memory */
  readonly memory: string;
  /** `load_a` and `load_b` */
  readonly loads: readonly [a: string, b: string];
  /** further parameters of `main` */
  readonly builtins: string;
  readonly begin: string;
  readonly loop: string;
  readonly stores: string;
}

function stageText(config: TileConfig, base: string): StageText {
  if (config.stage === "matrix") {
    return {
      memory: matrixTiles(config),
      loads: [loadVector("a", config), loadVector("b", config)],
      builtins: `, @builtin(subgroup_id) subgroup: u32${lane}`,
      begin: matrixBegin(config),
      loop: matrixLoop(config),
      stores: matrixStores(config, base),
    };
  }
  const direct = {
    memory: "",
    loads: [loadBlock("a", config), loadBlock("b", config)],
    builtins: "",
    begin: threadBegin(config),
    stores: threadStores(config, base),
  } as const;
  switch (config.stage) {
    case "none":
      return { ...direct, loop: directLoop(config) };
    case "shared":
      return { ...direct, memory: sharedTiles(config), loop: sharedLoop(config) };
  }
}

function tileText(config: TileConfig): string {
  const { threadsX, threadsY, stage, typeA = "f32", typeB = "f32", typeC = "f32" } = config;
  const { memory, loads, builtins, begin, loop, stores } = stageText(config, "part");
  const decoders = decodersOf([
    { type: typeA, vector: config.vectorA },
    { type: typeB, vector: config.vectorB },
  ]);
  return `${memory}${decoders}${loads[0]}
${loads[1]}
${activateFunction(config.activation, config.vectorC ? "vec4f" : "f32")}${encoderOf(typeC)}${storeVector(config)}
@compute @workgroup_size(${stage === "matrix" ? threadsX * threadsY : `${threadsX}, ${threadsY}`})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) own: vec3u, @builtin(local_invocation_index) index: u32${builtins}) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);
${batchBases}
  let part = group.z % u.splits * u.splitSize + baseC;
${begin}
${loop}
${stores}
}
`;
}

/**
 * WGSL `fn store(base: u32, row: u32, column: u32, sum: vec4f)`: finishes four sums of a row and stores them where they
 * are within C.
 */
export function storeVector(config: Epilogue & Pick<TileConfig, "vectorC" | "typeC">): string {
  const { vectorC, typeC = "f32" } = config;
  const head = "fn store(base: u32, row: u32, column: u32, sum: vec4f) {\n";
  if (vectorC) {
    const at = "(base + row * u.n + column) / 4u";
    const result = finish(config, "sum", "column / 4u", at);
    return `${head}  if (row < u.m && column < u.n) {\n    c[${at}] = ${typeC === "f32" ? result : `encode_c(${result})`};\n  }\n}\n`;
  }
  const elements = range(4).map((i) => {
    const at = `base + row * u.n + column + ${i}u`;
    return `  if (row < u.m && column + ${i}u < u.n) {\n    c[${at}] = ${finish(config, `sum.${lanes[i]}`, `column + ${i}u`, at)};\n  }\n`;
  });
  return `${head}${elements.join("")}}\n`;
}
