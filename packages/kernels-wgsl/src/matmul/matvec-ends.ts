// How the threads that share a sum over k of a product of a few rows (matvec.ts) add it up, and store it.
import { finish } from "./epilogue.ts";
import { laneSums } from "./lane-sums.ts";
import { accumulator, columnCount, type MatvecConfig, sumName, sumNames } from "./matvec-config.ts";
import { rowFactor, squaresName } from "./normed-rows.ts";
import { range } from "../range.ts";

/** WGSL of the end of a product: what is declared before the function, and its last statements. */
export function endText(config: MatvecConfig, output: string): readonly [string, string] {
  const { lanes, outputs, rows, columns, parts, rowGroups, subgroup, round = 0, manyRows } = config;
  const norm = round > 0 ? undefined : config.norm; // done before
  const type = accumulator(config);
  const own =
    subgroup && round === 0
      ? laneSums(lanes, rows, columns, sumName)
      : { text: [], rows, columns, row: "0u", column: "0u", first: "lane == 0u" };
  const squares = norm && subgroup ? laneSums(lanes, rows, 1, squaresName).text : [];
  // Threads that share each of so many sums, by workgroup memory: parts of k, or the lanes.
  const [sharing, share, sums] =
    subgroup && round === 0
      ? [parts, `local.z, local.y * ${lanes}u + lane`, rowGroups * lanes]
      : [lanes, `lane, ${output}`, outputs];
  const kept = sumNames(config, own.rows, own.columns);
  const stores = range(own.rows).flatMap((row) =>
    range(own.columns).map((j) => {
      const place = `${manyRows ? "firstRow + " : ""}row + ${row}u`;
      const at = `${type === "f32" ? "baseC" : "baseC / 4u"} + (${place}) * ${columnCount(config)} + column + ${j}u`;
      const exists = [
        own.first,
        parts > 1 && "local.z == 0u",
        manyRows && `${place} < u.m`,
        `column + ${j}u < ${columnCount(config)}`,
      ];
      const sum = norm ? `(${sumName(row, j)} * ${rowFactor(norm, squaresName(row))})` : sumName(row, j);
      return `if (${exists.filter(Boolean).join(" && ")}) { c[${at}] = ${finish(config, sum, `column + ${j}u`, at)}; }`;
    }),
  );
  const lines = [
    ...own.text,
    ...squares,
    ...(sharing > 1 ? kept.map((sum) => `${sum} = add_shares(${sum}, ${share});`) : []),
    `let row = ${own.row};`,
    `let column = ownColumn + ${own.column};`,
    ...stores,
  ];
  return [
    sharing === 1
      ? ""
      : round > 0
        ? addInOrder(type, sharing, subgroup ? 0 : sums, round)
        : addShares(type, sharing, sums),
    lines.map((line) => `  ${line}\n`).join(""),
  ];
}

/** WGSL `add_shares`: the sum of what so many threads have of one of `sums` sums, by halves down to four. */
function addShares(type: string, sharing: number, sums: number): string {
  return `var<workgroup> shares: array<${type}, ${sharing * sums}>;

fn add_shares(value: ${type}, share: u32, sum: u32) -> ${type} {
  let slot = sum * ${sharing}u + share;
  shares[slot] = value;
  workgroupBarrier();
  for (var half = ${sharing / 2}u; half >= 4u; half /= 2u) {
    if (share < half) {
      shares[slot] += shares[slot + half];
    }
    workgroupBarrier();
  }
  let total = ${range(Math.min(sharing, 4))
    .map((i) => `shares[sum * ${sharing}u + ${i}u]`)
    .join(" + ")};
  workgroupBarrier();
  return total;
}

`;
}

/** WGSL `add_shares`: the sum of what lanes have, one after another; by workgroup memory where there are `sums`. */
function addInOrder(type: string, sharing: number, sums: number, round: number): string {
  const memory = `var<workgroup> shares: array<${type}, ${sharing * sums}>;\n\n`;
  const [own, others, most] =
    sums > 0
      ? [`  shares[sum * ${sharing}u + share] = value;\n  workgroupBarrier();\n`, `shares[sum * ${sharing}u + i]`, ""]
      : ["", "subgroupShuffle(value, i)", ` && i * ${round}u < u.k`];
  return `${sums > 0 ? memory : ""}fn add_shares(value: ${type}, share: u32, sum: u32) -> ${type} {
${own}  var total = ${type}();
  for (var i = 0u; i < ${sharing}u${most}; i++) { total += ${others}; }
${sums > 0 ? "  workgroupBarrier();\n" : ""}  return total;
}

`;
}
