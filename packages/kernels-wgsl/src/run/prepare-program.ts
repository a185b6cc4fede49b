// Prepares programs: checks and looks up once everything about a dispatch that does not depend on its buffers.
import type { Caps } from "../caps.ts";
import { KernelError } from "@x/base";
import type { BufferPart, Dispatch, Program } from "../kernel.ts";
import type { Bindable } from "../buffer-range.ts";
import type { BoundGroup } from "./bind-groups.ts";
import type { Pipeline, PipelineCache } from "./pipelines.ts";
import { packUniforms, type UniformStruct } from "./uniforms.ts";

/** What encoding a Dispatch object again can reuse. Dispatches are immutable, so it never goes stale. */
export interface DispatchPlan {
  readonly dispatch: Dispatch;
  readonly pipeline: Pipeline;
  readonly uniforms: UniformStruct;
  /** nothing to compute: a workgroup count is 0 */
  readonly empty: boolean;
}

/**
 * A dispatch with the pieces of buffers it is to run over, and the bind group of the last time: good until a piece
 * changes (then null).
 */
export interface BoundDispatch {
  readonly plan: DispatchPlan;
  /** what it was given for each binding, of which `pieces` are the parts it binds */
  readonly given: Bindable[];
  readonly pieces: Bindable[];
  group: BoundGroup | null;
  /** groups of the last calls: a loop's memory comes in turns, and the key of a cached group is a long text */
  readonly recent: RecentGroup[];
  /** of the uniform slots that `group` refers to */
  generation: number;
  /** those of the plan, or its own where offsets of operands are added to them */
  uniforms: UniformStruct;
}

/** A bind group with the pieces and the uniform slot that it binds. */
export interface RecentGroup {
  readonly group: BoundGroup;
  readonly pieces: readonly Bindable[];
  readonly generation: number;
  readonly offset: number;
}

export function newlyBound(plan: DispatchPlan): BoundDispatch {
  return { plan, given: [], pieces: [], group: null, recent: [], generation: -1, uniforms: plan.uniforms };
}

/**
 * A uniform to which the offset of an operand is added: its place in the struct, and the number of the operand's
 * buffer.
 */
export interface OffsetSlot {
  readonly word: number;
  readonly number: number;
}

/** A buffer by its number, and the part that is bound; absent: all that was given. */
export interface Source {
  readonly number: number;
  readonly part: BufferPart | undefined;
}

/** A program whose buffers have numbers instead of names: first those the caller gives, then temps. */
export interface ProgramPlan {
  /** names of the buffers the caller gives */
  readonly names: readonly string[];
  readonly tempBytes: readonly number[];
  /** per dispatch, in binding order, the numbers of its buffers, and which part of each is bound */
  readonly sources: readonly (readonly Source[])[];
  /** per dispatch */
  readonly offsets: readonly (readonly OffsetSlot[])[];
  readonly dispatches: readonly Dispatch[];
}

export class Planner {
  readonly #caps: Caps;
  readonly #pipelines: PipelineCache;
  readonly #programs = new WeakMap<Program, ProgramPlan>();
  readonly #dispatches = new WeakMap<Dispatch, DispatchPlan>();

  constructor(caps: Caps, pipelines: PipelineCache) {
    this.#caps = caps;
    this.#pipelines = pipelines;
  }

  /** Compiles nothing. @throws KernelError where a dispatch does not name the buffers its kernel binds */
  program(program: Program): ProgramPlan {
    let plan = this.#programs.get(program);
    if (!plan) this.#programs.set(program, (plan = planProgram(program)));
    return plan;
  }

  /** Whether a dispatch ran before, so that its pipeline is there. */
  knows(dispatch: Dispatch): boolean {
    return this.#dispatches.has(dispatch);
  }

  /** Compiles the pipeline where it is new. */
  dispatch(dispatch: Dispatch): DispatchPlan {
    let plan = this.#dispatches.get(dispatch);
    if (!plan) this.#dispatches.set(dispatch, (plan = this.#plan(dispatch)));
    if (plan.pipeline.error) throw plan.pipeline.error;
    return plan;
  }

  #plan(dispatch: Dispatch): DispatchPlan {
    const { kernel, config, workgroups } = dispatch;
    const available = this.#caps.maxComputeWorkgroupsPerDimension;
    for (const count of workgroups) {
      if (!Number.isInteger(count) || count < 0) {
        throw new KernelError(
          `${kernel.name}: workgroup counts must be whole numbers from 0; got [${workgroups.join(", ")}].`,
          { kernel: kernel.name, config },
        );
      }
      if (count > available) {
        throw new KernelError(
          `${kernel.name}: maxComputeWorkgroupsPerDimension of this device is ${available}; got the grid [${workgroups.join(", ")}]. Use a grid of two dimensions (grid1d).`,
          {
            kind: "limit",
            kernel: kernel.name,
            config,
            limit: "maxComputeWorkgroupsPerDimension",
            needed: count,
            available,
          },
        );
      }
    }
    const uniforms: UniformStruct = { words: packUniforms(kernel, dispatch.uniforms), offset: 0, generation: -1 };
    return { dispatch, pipeline: this.#pipelines.get(dispatch), uniforms, empty: workgroups.includes(0) };
  }
}

function planProgram({ temps, dispatches }: Program): ProgramPlan {
  const tempNames = Object.keys(temps);
  const names: string[] = [];
  const bindings = dispatches.map(boundBindings);
  const bound = dispatches.map(({ buffers }, i) => bindings[i]!.map((binding) => buffers[binding]!));
  for (const name of bound.flat()) if (temps[name] === undefined && !names.includes(name)) names.push(name);
  const all = [...names, ...tempNames];
  const offsets = dispatches.map(({ kernel, buffers, offsets: given = {} }) => {
    const uniforms = Object.keys(kernel.uniforms);
    return Object.entries(given).map(([uniform, binding]) => ({
      word: uniforms.indexOf(uniform),
      number: all.indexOf(buffers[binding]!),
    }));
  });
  return {
    names,
    tempBytes: tempNames.map((name) => temps[name]!),
    sources: dispatches.map(({ parts }, i) =>
      bindings[i]!.map((binding, j) => ({ number: all.indexOf(bound[i]![j]!), part: parts?.[binding] })),
    ),
    offsets,
    dispatches,
  };
}

/** Adds the offsets of operands to the uniforms of a dispatch, which then has a struct of its own. */
export function placeOffsets(bound: BoundDispatch, slots: readonly OffsetSlot[], offsets?: readonly number[]): void {
  for (let k = 0; k < slots.length; k++) {
    const { word, number } = slots[k]!;
    const value = bound.plan.uniforms.words[word]! + (offsets?.[number] ?? 0);
    if (bound.uniforms.words[word] === value) continue;
    if (bound.uniforms === bound.plan.uniforms || bound.uniforms.generation >= 0)
      bound.uniforms = { words: bound.uniforms.words.slice(), offset: 0, generation: -1 };
    bound.uniforms.words[word] = value;
    bound.group = null;
  }
}

/** Names of the bindings of a dispatch, in their order. */
function boundBindings({ kernel, config, buffers }: Dispatch): string[] {
  const expected = Object.keys(kernel.bindings(config));
  const given = Object.keys(buffers);
  if (expected.some((name) => buffers[name] === undefined) || given.some((name) => !expected.includes(name))) {
    throw new KernelError(
      `${kernel.name}: a dispatch must name a buffer for each of ${expected.join(", ")}; got ${given.join(", ") || "none"}.`,
      {
        kind: "binding",
        kernel: kernel.name,
        config,
      },
    );
  }
  return expected;
}
