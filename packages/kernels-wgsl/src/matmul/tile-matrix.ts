// The product on matrix units: operands are rounded to f16 on their way into workgroup memory, each subgroup multiplies 16 × 16 blocks of them, sums are f32.
import { blockVectors, type Layout, layoutOf, loadBlockOf, side } from "./matrix-blocks.ts";
import { type MatrixConfig, type MatrixShape, type OperandConfig, range, workgroupTile } from "./tile-config.ts";

function layouts(config: MatrixShape & Pick<OperandConfig, "transposeA" | "transposeB">): { readonly a: Layout; readonly b: Layout } {
  const tile = workgroupTile(config);
  return { a: layoutOf(tile.rows, config.depth, !config.transposeA), b: layoutOf(tile.columns, config.depth, config.transposeB) };
}

/** Subgroups next to each other along n, and all of them. */
function subgroupsOf(shape: MatrixShape): { readonly across: number; readonly count: number } {
  const tile = workgroupTile(shape);
  const { down, across } = shape.blocks;
  const columns = tile.columns / (side * across);
  return { across: columns, count: (columns * tile.rows) / (side * down) };
}

/** Bytes of workgroup memory at most, whatever is transposed. */
export function matrixBytes(shape: MatrixShape): number {
  const tile = workgroupTile(shape);
  const most = (lines: number): number => Math.max(...[true, false].map((alongDepth) => layoutOf(lines, shape.depth, alongDepth).size));
  return 8 * (most(tile.rows) + most(tile.columns)) + 16 * subgroupsOf(shape).count * blockVectors;
}

/** Whether a shape's subgroups of `size` threads share its tile evenly. */
export function matrixDivides(shape: MatrixShape, size: number): boolean {
  const tile = workgroupTile(shape);
  const { down, across } = shape.blocks;
  const threads = shape.threadsX * shape.threadsY;
  return (
    shape.depth % side === 0 && tile.rows % (side * down) === 0 && tile.columns % (side * across) === 0 && subgroupsOf(shape).count * size === threads &&
    [tile.rows, tile.columns].every((lines) => (lines * shape.depth) % (4 * threads) === 0)
  );
}

/** WGSL of the workgroup memory. */
export function matrixTiles(config: MatrixConfig): string {
  const { a, b } = layouts(config);
  return `var<workgroup> tile_a: array<vec4h, ${a.size}>;
var<workgroup> tile_b: array<vec4h, ${b.size}>;
${config.whole ? "" : `// a block of sums of each subgroup\nvar<workgroup> blocks: array<vec4f, ${subgroupsOf(config).count * blockVectors}>;\n`}
`;
}

/** WGSL of where a subgroup's blocks lie in the workgroup's tile, and of its empty sums. */
export function matrixBegin(config: MatrixConfig): string {
  const { down, across } = config.blocks;
  const columns = subgroupsOf(config).across;
  const sums = range(down).flatMap((i) => range(across).map((j) => `  var c${i}_${j} = subgroup_matrix_result<f32, ${side}, ${side}>();`));
  return `  let blockRow = subgroup / ${columns}u * ${side * down}u;
  let blockColumn = subgroup % ${columns}u * ${side * across}u;
${sums.join("\n")}`;
}

/** How one operand gets into workgroup memory: WGSL of the two halves of the way, for the vectors that a thread moves. Neighbours move neighbouring vectors of storage. */
function moves(name: "a" | "b", { lines, alongDepth, width, stride }: Layout, { depth, threadsX, threadsY }: MatrixConfig) {
  const threads = threadsX * threadsY;
  const held = range((lines * depth) / (4 * threads)).map((i) => ({ name: `${name}${i}_next`, vector: i === 0 ? "index" : `(index + ${i * threads}u)` }));
  const first = `group.${name === "a" ? "y" : "x"} * ${lines}u`;
  return {
    declare: held.map((own) => `  var ${own.name} = vec4f();`).join("\n"),
    fetch: (k: string, indent: string): string => held.map((own) => {
      const [row, column] = [`${own.vector} / ${width}u`, `${own.vector} % ${width}u * 4u`];
      const [line, step] = alongDepth ? [row, column] : [column, row];
      return `${indent}${own.name} = load_${name}(base${name.toUpperCase()}, ${first} + ${line}, ${k} + ${step});`;
    }).join("\n"),
    put: held.map((own) => `    tile_${name}[${own.vector} / ${width}u * ${stride}u + ${own.vector} % ${width}u] = vec4h(${own.name});`).join("\n"),
  };
}

/** Rounds of `depth`: put what was fetched, meet, fetch the next, multiply, meet. */
export function matrixLoop(config: MatrixConfig): string {
  const { depth, blocks } = config;
  const { a, b } = layouts(config);
  const [moveA, moveB] = [moves("a", a, config), moves("b", b, config)];
  const loads = [
    ...range(blocks.down).map((i) => `      let a${i} = ${loadBlockOf("left", "tile_a", a, `blockRow + ${i * side}u`)};`),
    ...range(blocks.across).map((j) => `      let b${j} = ${loadBlockOf("right", "tile_b", b, `blockColumn + ${j * side}u`)};`),
  ];
  const sums = range(blocks.down).flatMap((i) => range(blocks.across).map((j) => `      c${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, c${i}_${j});`));
  return `${moveA.declare}
${moveB.declare}
${moveA.fetch("firstDepth", "  ")}
${moveB.fetch("firstDepth", "  ")}
  for (var k = firstDepth; k < endDepth; k += ${depth}u) {
${moveA.put}
${moveB.put}
    workgroupBarrier();
    if (k + ${depth}u < endDepth) {
${moveA.fetch(`k + ${depth}u`, "      ")}
${moveB.fetch(`k + ${depth}u`, "      ")}
    }
    for (var d = 0u; d < ${depth}u; d += ${side}u) {
${loads.join("\n")}
${sums.join("\n")}
    }
    workgroupBarrier();
  }`;
}

/** WGSL that stores the sums: whole tiles as they are, others through workgroup memory and `store`, which finishes them and knows the edges. */
export function matrixStores(config: MatrixConfig, base: string): string {
  const { blocks, whole, subgroupSize } = config;
  const tile = workgroupTile(config);
  const store = (i: number, j: number): string => {
    const [row, column] = [`group.y * ${tile.rows}u + blockRow + ${i * side}u`, `group.x * ${tile.columns}u + blockColumn + ${j * side}u`];
    if (whole) return `  subgroupMatrixStore<row_major>(&c, (${base} + (${row}) * u.n + ${column}) / 4u, c${i}_${j}, u.n / 4u);`;
    return `  subgroupMatrixStore<row_major>(&blocks, subgroup * ${blockVectors}u, c${i}_${j}, ${side / 4}u);
  workgroupBarrier();
  for (var at = lane; at < ${blockVectors}u; at += ${subgroupSize}u) {
    store(${base}, ${row} + at / ${side / 4}u, ${column} + at % ${side / 4}u * 4u, blocks[subgroup * ${blockVectors}u + at]);
  }
  workgroupBarrier();`;
  };
  return range(blocks.down).flatMap((i) => range(blocks.across).map((j) => store(i, j))).join("\n");
}
