// Ids that name no element. A GPU cannot raise, so the first program that meets a wrong one writes it down, and the host raises when it reads a result. README.md.
import { baseCaps, type Caps } from "../caps.ts";
import type { IndexType } from "../gather/spec.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";

export interface CheckIdsConfig extends LinearConfig {
  readonly index: IndexType;
  /** whether one id outside of the range is right as well */
  readonly excepting: boolean;
}

/** Every thread that finds a wrong id writes the same words, but for the id (a negative i32 is a large u32), of which the largest stays. */
export const checkIdsKernel = defineKernel({
  name: "check_ids",
  uniforms: { count: "u32", first: "u32", size: "u32", except: "u32", message: "u32", ticket: "u32" },
  bindings: ({ index }: CheckIdsConfig) => ({ ids: `read ${index}`, faults: "read_write atomic<u32>" }),
  wgsl: ({ excepting, ...config }) =>
    linearMain(
      config,
      `  if (index >= u.count) { return; }
  let wanted = u32(ids[index]);
  if (wanted - u.first < u.size${excepting ? " || wanted == u.except" : ""}) { return; }
  let first = atomicLoad(&faults[0]);
  if (first != 0u && first != u.ticket) { return; }
  atomicStore(&faults[0], u.ticket);
  atomicMax(&faults[1], wanted);
  atomicStore(&faults[2], u.size);
  atomicStore(&faults[3], u.message);`,
    ),
});

/** Ids to be checked. */
export interface CheckIdsSpec {
  readonly index: IndexType;
  /** their number */
  readonly count: number;
  /** ids lie in [first, first + size), modulo 2³²: from 1 on, all but 0 */
  readonly first?: number;
  readonly size: number;
  /** the one id outside of the range that is right as well */
  readonly except?: number;
  /** what is written down beside a wrong id: who asked for it */
  readonly message: number;
  /** other than 0, and of this program alone */
  readonly ticket: number;
}

/** Words of the buffer `faults`, zeros at first: the ticket of the first program with a wrong id, the largest of its wrong ids (as u32), its size, its message. */
export const faultWords = 4;

/** Buffers `ids` and `faults`. Writes nothing unless an id is wrong, and then only where no other program has. */
function program(
  { index, count, first = 0, size, except, message, ticket }: CheckIdsSpec,
  caps: Caps = baseCaps,
): Program {
  if (count === 0) return programOf([]);
  const config = { index, excepting: except !== undefined, ...linearConfig(caps) };
  return programOf([
    dispatch(checkIdsKernel, {
      config,
      uniforms: { count, first, size, except: (except ?? 0) >>> 0, message, ticket },
      workgroups: grid1d(count, config, caps),
    }),
  ]);
}

/**
 * Ids beside the range they must lie in.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [ids, faults] = [runner.createBuffer(16), runner.createBuffer(4 * faultWords)];
 * runner.write(ids, Int32Array.of(0, 7, 2, -1));
 * runner.clear(faults, 0, 4 * faultWords);
 * runner.run(idCheck.program({ index: "i32", count: 3, size: 5, message: 0, ticket: 1 }), { ids, faults });
 * console.log(new Uint32Array(await runner.read(faults, 4 * faultWords))); // [1, 7, 5, 0]
 */
export const idCheck: { readonly program: (spec: CheckIdsSpec, caps?: Caps) => Program } = { program };
