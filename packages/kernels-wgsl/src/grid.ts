// Grids over one long index. A grid dimension holds at most 65535 workgroups, so long ranges take two, and the shader
// puts them together.
import { baseCaps, type Caps } from "./caps.ts";
import { KernelError, requireArguments } from "@x/base";

/**
 * Workgroup counts `[x, y]` that cover `count` invocations in workgroups of `size`, a number or that of a `LinearConfig`.
 * The last invocations may be beyond the end, so the shader compares its index with the count. Use with
 * {@link linearMain} and the same `size`.
 * @throws KernelError (kind `limit`) when two dimensions do not suffice
 * @example
 * console.log(grid1d(1000, 256)); // [4, 1]
 */
export function grid1d(
  count: number,
  size: number | LinearConfig,
  caps: Pick<Caps, "maxComputeWorkgroupsPerDimension"> = baseCaps,
): [x: number, y: number] {
  requireArguments(
    "grid1d",
    { count, size: sizeOf(size), caps },
    { count: "count", size: "positiveCount", caps: "object" },
  );
  const most = caps.maxComputeWorkgroupsPerDimension;
  const groups = Math.ceil(count / sizeOf(size));
  const y = Math.ceil(groups / most);
  if (y <= 1) return [groups, 1];
  if (y > most) {
    throw new KernelError(
      `grid1d: ${groups} workgroups do not fit a grid of ${most} x ${most} (maxComputeWorkgroupsPerDimension).`,
      {
        kind: "limit",
        limit: "maxComputeWorkgroupsPerDimension",
        needed: groups,
        available: most * most,
      },
    );
  }
  return [Math.ceil(groups / y), y];
}

/** The usual size of a workgroup over one long index: fewer, larger workgroups cost less on every adapter measured. */
const usualThreads = 256;

/** Part of the config of a kernel over one long index. */
export interface LinearConfig {
  /** invocations of a workgroup; absent: 256 */
  readonly threads?: number;
}

/** The workgroups of such kernels on a device: the usual ones, or the largest power of two that it allows. */
export function linearConfig({
  maxComputeInvocationsPerWorkgroup: most,
}: Pick<Caps, "maxComputeInvocationsPerWorkgroup">): LinearConfig {
  return most >= usualThreads ? {} : { threads: 2 ** Math.floor(Math.log2(most)) };
}

/** Invocations of a workgroup. */
export function threadsOf({ threads = usualThreads }: LinearConfig): number {
  return threads;
}

function sizeOf(size: number | LinearConfig): number {
  return typeof size === "object" && (size as object | null) !== null ? threadsOf(size) : (size as number);
}

/**
 * WGSL of an entry point whose `body` sees the invocation's linear index as `index: u32`, in workgroups of `size`.
 * @example
 * console.log(linearMain(64, "  if (index < u.count) { y[index] = 2.0 * x[index]; }"));
 */
export function linearMain(size: number | LinearConfig, body: string): string {
  const workgroupSize = sizeOf(size);
  requireArguments("linearMain", { size: workgroupSize, body }, { size: "positiveCount", body: "string" });
  return `@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * ${workgroupSize}u + id.x;
${body.replace(/^\n|\n$/g, "")}
}
`;
}
