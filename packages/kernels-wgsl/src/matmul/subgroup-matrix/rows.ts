// How an operand that is a matrix of halves gets from storage, where it lies as it was given, into the panels of
// workgroup memory. Text only.
import { type PanelLayout, unitHalves, unitPlaceOfRows } from "./layout.ts";
import { range } from "../../range.ts";

/** What is known of such an operand. */
export interface HalfRows {
  /** its lines are whole tiles: none repeats */
  readonly evenLines: boolean;
  /** k is whole rounds: nothing past its end */
  readonly evenDepth: boolean;
}

/** WGSL of an operand's way: its workgroup memory, its registers, storage to registers, registers to memory. */
export interface Moves {
  readonly memory: string;
  readonly declare: string;
  fetch(indent: string): string;
  readonly put: string;
}

/**
 * The way of a matrix of halves whose contiguous axis is a multiple of eight. A vec4u that a thread moves keeps its
 * place in the operand, one round after another. Lines past the edge repeat others, since their sums are never stored;
 * depths past the end are zero: not before they are put, or every load would be waited for where it is asked for.
 */
export function movesOfRows(
  name: "a" | "b",
  layout: PanelLayout,
  threads: number,
  depth: number,
  { evenLines, evenDepth }: HalfRows,
): Moves {
  const { panels, rows, width, stride, size, lines, panelLines, alongDepth } = layout;
  const [count, tile] = name === "a" ? ["u.m", "tileRow"] : ["u.n", "tileColumn"];
  const held = range(size / threads).map((i) => {
    const unit = i === 0 ? "index" : `(index + ${i * threads}u)`;
    const { row, column } = unitPlaceOfRows(layout, `(${unit} % ${rows * width}u)`);
    const panel = `${unit} / ${rows * width}u`;
    const [ofLine, ofDepth] = alongDepth
      ? [`(${row})`, `${column} * ${unitHalves}u`]
      : [`${column} * ${unitHalves}u`, `(${row})`];
    const wanted = `${tile} * ${lines}u + ${panel} * ${panelLines}u + ${ofLine}`;
    const line = evenLines ? wanted : `min(${wanted}, ${count} - ${alongDepth ? 1 : unitHalves}u)`;
    const value = `held_${name}${i}`;
    return {
      name: value,
      at: `at_${name}${i}`,
      start: alongDepth
        ? `(${line}) * (u.k / ${unitHalves}u) + (firstRound * ${depth}u + ${ofDepth}) / ${unitHalves}u`
        : `(firstRound * ${depth}u + ${ofDepth}) * (${count} / ${unitHalves}u) + (${line}) / ${unitHalves}u`,
      put: `    tile_${name}[${panel}][(${row}) * ${stride}u + ${column}] = ${evenDepth ? value : `select(vec4u(), ${value}, round * ${depth}u + ${ofDepth} < u.k)`};`,
    };
  });
  const step = alongDepth ? `${depth / unitHalves}u` : `${depth}u * (${count} / ${unitHalves}u)`;
  return {
    memory: `var<workgroup> tile_${name}: array<array<vec4u, ${rows * stride}>, ${panels}>;`,
    declare: held.flatMap((own) => [`  var ${own.at} = ${own.start};`, `  var ${own.name} = vec4u();`]).join("\n"),
    fetch: (indent: string): string =>
      held
        .flatMap((own) => [`${indent}${own.name} = ${name}[${own.at}];`, `${indent}${own.at} += ${step};`])
        .join("\n"),
    put: held.map(({ put }) => put).join("\n"),
  };
}
