// Products with an operand too large to be bound (the table of a large vocabulary): cut into products with parts of it.
// README §11.
import type { Caps } from "../caps.ts";
import { copy } from "../copy/kernel.ts";
import { elementwiseProgram } from "../elementwise/kernel.ts";
import { type Program, programOf } from "../kernel.ts";
import { joinPrograms, type BufferPlace, type Window, windowOf, windows } from "../join-programs.ts";
import type { MatmulSpec, ResolvedMatmul } from "./spec.ts";

type Step = { readonly program: Program; readonly names: Readonly<Record<string, BufferPlace>> };

const bytesOf = { f32: 4, f16: 2, bf16: 2 } as const;

/**
 * The product by blocks where B or C is too large: B stored as [n, k] by columns of C; B stored as [k, n] by parts of
 * the sum over k; C by its rows. One matrix with A and C of f32 and nothing but bias and activation after the sum.
 *
 * @param plain makes the program of a block
 * @returns undefined where everything can be bound, and where no such cut helps
 */
export function blockedProduct(
  product: ResolvedMatmul,
  caps: Caps,
  plain: (spec: MatmulSpec) => Program,
): Program | undefined {
  const { m, n, k, transposeA, transposeB, types, matrices, groupSize, epilogue, buffers, epilogueBuffers, precision } =
    product;
  const most = caps.maxStorageBufferBindingSize;
  if (types.b === "int8" || types.b === "int4" || 4 * Math.max(k * n, m * n) <= most) return undefined;
  if (matrices !== 1 || groupSize > 0 || types.a !== "f32" || types.c !== "f32" || epilogue.gate || epilogue.residual)
    return undefined;
  const bytesB = bytesOf[types.b];
  const { bias, activation } = epilogue;
  const spec: MatmulSpec = { m, n, k, transposeA, transposeB, types, ...(precision && { precision }) };
  const names = { ...buffers, ...epilogueBuffers };
  const sizeOf = ({ start, end }: Window): number => end - start;
  /** A's columns of a window, densely: rows × window of [rows, pitch]. */
  const columnsOfA = (rows: number, pitch: number, window: Window): Step => ({
    program: elementwiseProgram({
      name: "copy",
      shape: [rows, sizeOf(window)],
      inputs: { x: { type: "f32", strides: [pitch, 1], offset: window.start } },
      outputs: { y: { type: "f32" } },
      result: { y: "x" },
      caps,
    }),
    names: { x: buffers.a, y: "blockA" },
  });
  const withTemps = (steps: readonly Step[], temps: Readonly<Record<string, number>>): Program =>
    joinPrograms([{ program: programOf([], temps), names: {} }, ...steps]);

  if (k * n * bytesB > most && transposeB) {
    const blocks = windows(n, k * bytesB, most);
    const longest = blocks && sizeOf(blocks[0]!);
    return (
      blocks &&
      withTemps(
        blocks.flatMap((window): Step[] => {
          const place = {
            ...names,
            b: windowOf(buffers.b, window, k * bytesB),
            ...(epilogueBuffers.bias && { bias: windowOf(epilogueBuffers.bias, window, 4) }),
          };
          const program = plain({ ...spec, n: sizeOf(window), bias, activation });
          if (m === 1) return [{ program, names: { ...place, c: windowOf(buffers.c, window, 4) } }];
          return [
            { program, names: { ...place, c: "blockC" } },
            {
              program: copy.block({ rows: m, columns: sizeOf(window), pitch: n, offset: window.start }, caps),
              names: { x: "blockC", y: buffers.c },
            },
          ];
        }),
        m === 1 ? {} : { blockC: 4 * m * longest! },
      )
    );
  }
  if (k * n * bytesB > most) {
    const blocks = bias || activation !== "none" ? undefined : windows(k, n * bytesB, most);
    const longest = blocks && sizeOf(blocks[0]!);
    return (
      blocks &&
      withTemps(
        blocks.flatMap((window, i): Step[] => {
          const b = windowOf(buffers.b, window, n * bytesB);
          const program = plain({ ...spec, k: sizeOf(window) });
          const a: BufferPlace = transposeA ? windowOf(buffers.a, window, 4 * m) : "blockA";
          return [
            ...(transposeA ? [] : [columnsOfA(m, k, window)]),
            { program, names: { a, b, c: i === 0 ? buffers.c : "blockC" } },
            ...(i === 0
              ? []
              : [
                  {
                    program: elementwiseProgram({
                      name: "add_to",
                      shape: [m * n],
                      inputs: { x: { type: "f32" } },
                      outputs: { y: { type: "f32", previous: true } },
                      result: { y: "y_old + x" },
                      caps,
                    }),
                    names: { x: "blockC", y: buffers.c },
                  },
                ]),
          ];
        }),
        { blockC: 4 * m * n, ...(!transposeA && { blockA: 4 * m * longest! }) },
      )
    );
  }
  const blocks = 4 * m * n > most ? windows(m, 4 * n, most) : undefined;
  const longest = blocks && sizeOf(blocks[0]!);
  return (
    blocks &&
    withTemps(
      blocks.flatMap((window): Step[] => [
        ...(transposeA ? [columnsOfA(k, m, window)] : []),
        {
          program: plain({ ...spec, m: sizeOf(window), bias, activation }),
          names: {
            ...names,
            a: transposeA ? "blockA" : windowOf(buffers.a, window, 4 * k),
            c: windowOf(buffers.c, window, 4 * n),
          },
        },
      ]),
      transposeA ? { blockA: 4 * k * longest! } : {},
    )
  );
}
