// Part "units": products with subgroup matrices in every shape in question, each checked against the host and, number by number, against the others: their sums have one order.
import {
  matmul,
  type MatmulChoice,
  type Program,
  tileFits,
  type TileShape,
  tileShapes,
  subgroupMatrixFits,
  type SubgroupMatrixShape,
  subgroupMatrixShapes,
} from "@x/kernels-wgsl";
import { check, type Product, products, spoil } from "./gemm.ts";
import { patternBuffers, type Session, timeProgram } from "./session.ts";

const units = (
  down: number,
  across: number,
  subgroupsDown: number,
  subgroupsAcross: number,
  depth: number,
  together = 8,
): SubgroupMatrixShape => ({
  down,
  across,
  subgroupsDown,
  subgroupsAcross,
  depth,
  together,
});

/** With subgroup matrices without a rounding pass: what a workgroup computes, its threads, and the blocks of 16 × 16 that a subgroup owns. */
const tile = (
  rows: number,
  vectors: number,
  threadsX: number,
  threadsY: number,
  depth: number,
  down: number,
  across: number,
): TileShape => ({
  stage: "matrix",
  rows,
  vectors,
  threadsX,
  threadsY,
  depth,
  blocks: { down, across },
});

const candidates: Readonly<Record<string, MatmulChoice>> = {
  default: {},
  "128×256 d32": { tile: tileShapes.matrix, splits: 1 },
  "128×192 d32, 64×48": { tile: tile(8, 3, 16, 16, 32, 4, 3), splits: 1 },
  "128×128 d32": { tile: tile(8, 4, 8, 16, 32, 4, 4), splits: 1 },
  "128×128 d64, 64×32": { tile: tile(8, 2, 16, 16, 64, 4, 2), splits: 1 },
  "64×64 d32": { tile: tileShapes.matrixSmall, splits: 1 },
  "128×128 d32, k in 2": { tile: tile(8, 4, 8, 16, 32, 4, 4), splits: 2 },
  "halves 128×256 d32": { subgroupMatrix: subgroupMatrixShapes["128x256"] },
  "halves 128×256 d32, row by row": { subgroupMatrix: units(4, 4, 2, 4, 32, 1) },
  "halves 256×128 d32": { subgroupMatrix: units(4, 4, 4, 2, 32) },
  "halves 128×192 d32, 64×48": { subgroupMatrix: units(4, 3, 2, 4, 32) },
  "halves 128×128 d32": { subgroupMatrix: units(4, 4, 2, 2, 32) },
  "halves 128×128 d64": { subgroupMatrix: subgroupMatrixShapes["128x128"] },
  "halves 128×96 d32, 64×48": { subgroupMatrix: subgroupMatrixShapes["128x96"] },
  "halves 128×128 d32, k in 2": { subgroupMatrix: units(4, 4, 2, 2, 32), splits: 2 },
};

/** The largest result whose every number is compared. */
const mostCompared = 2 ** 24;

function fits({ tile, subgroupMatrix }: MatmulChoice, { runner: { caps } }: Session["device"]): boolean {
  return subgroupMatrix ? subgroupMatrixFits(subgroupMatrix, caps) : !tile || tileFits(tile, caps);
}

/** Of what is to be compared, what fits. */
function programsOf(
  product: Product,
  { device }: Session,
): { readonly name: string; readonly choice: MatmulChoice; readonly program: Program }[] {
  const { caps } = device.runner;
  return Object.entries(candidates).flatMap(([name, choice]) => {
    if (!fits(choice, device) || 4 * product.m * product.n * (choice.splits ?? 1) > caps.maxStorageBufferBindingSize)
      return [];
    return [{ name, choice, program: matmul.program(product, caps, choice) }];
  });
}

/** Keeps the GPU busy until its clocks are up: it idled while all was compiled. */
async function warmClocks({ device, scale }: Session): Promise<void> {
  const size = scale === "tiny" ? 64 : 4096;
  const program = matmul.program({ m: size, n: size, k: size }, device.runner.caps);
  using made = patternBuffers(device, { a: size * size, b: size * size, c: size * size });
  for (const start = performance.now(); performance.now() - start < (scale === "tiny" ? 0 : 1500); await device.sync())
    for (let i = 0; i < 10; i++) device.runner.run(program, made.buffers);
}

export async function measureUnits(session: Session): Promise<void> {
  const { device, report, scale } = session;
  const part = report.part("units");
  const { runner } = device;
  if (!tileFits(tileShapes.matrixSmall, runner.caps)) {
    console.log(
      "units      this adapter has no subgroup matrices that multiply f16 into f32 (Dawn needs allow_unsafe_apis)",
    );
    return;
  }
  const wanted: Product[] = products(scale === "tiny")
    .filter(({ m, name }) => m > 4 && name !== "8192³")
    .map((product) => ({ ...product, precision: "f16" }));
  const start = performance.now();
  await Promise.all(
    wanted
      .flatMap((product) => programsOf(product, session))
      .map(({ program }) => runner.precompile([program]).catch(part.fail)),
  );
  report.fact("seconds to compile units", (performance.now() - start) / 1000);
  await warmClocks(session);
  for (const product of wanted) {
    const { name, m, n, k } = product;
    using made = patternBuffers(device, { a: m * k, b: k * n, c: m * n });
    const { buffers } = made;
    const c = buffers["c"]!;
    let first: Uint32Array | undefined;
    let roundedMs: number | undefined; // hardly depends on the shape
    for (const { name: candidate, choice, program } of programsOf(product, session)) {
      try {
        spoil(session, product, c);
        runner.run(program, buffers);
        await check(session, product, c);
        let note = "";
        if (m * n <= mostCompared && program.dispatches.at(-1)?.kernel.name !== "matmul_split_k_sum") {
          const got = new Uint32Array(await runner.read(c, 4 * m * n));
          first ??= got;
          const others = first.reduce((count, bits, i) => count + (bits === got[i] ? 0 : 1), 0);
          note = others === 0 ? ", the same bits" : `, ${others} other bits`;
        }
        const times = await timeProgram(device, program, buffers);
        const { median } = times;
        const rounding: Program = {
          ...program,
          dispatches: program.dispatches.filter(({ kernel }) => kernel.name === "matmul_f16_panels"),
        };
        if (rounding.dispatches.length > 0 && roundedMs === undefined)
          roundedMs = (await timeProgram(device, rounding, buffers, 8)).median;
        const rounded = choice.subgroupMatrix ? `, rounding ${roundedMs!.toPrecision(2)}` : "";
        const shown = `${median.toPrecision(3)} ms${rounded}${note}`;
        part.add(`${name} · ${candidate}`, (2 * m * n * k) / median / 1e9, "TFLOP/s", shown, { times });
      } catch (error) {
        part.fail(new Error(`${name} · ${candidate}: ${(error as Error).message}`));
      }
    }
  }
}
