// Compares programs that compute the same result: checks each against the first and times them in turn. The shortest
// time of each counts.
import { KernelError } from "@x/base";
import type { Caps } from "../caps.ts";
import { kernelKey, type Program } from "../kernel.ts";
import type { WebGPURunner } from "../run/runner-types.ts";
import type { Experiment, TrialResult } from "./experiment.ts";

export interface RaceOptions {
  /** `performance.now()` after which no new candidate starts */
  readonly untilMs: number;
  readonly signal?: AbortSignal | undefined;
  /** told after the check and first timing of a candidate; later rounds may find a shorter time */
  readonly onTried?: ((tried: TrialResult<unknown>) => void) | undefined;
}

/** Times of one sample: several runs, so that clocks that tick coarsely can tell them apart. */
const sampleLeastNs = 4e6;
const mostRuns = 200;
const rounds = 7;
/** Candidates slower than the best by this factor after a round are dropped. */
const hopeless = 1.5;
/**
 * A GPU that idled while a shader compiled runs below its full clock; this much work brings it back. Earlier timings
 * may be off by {@link coldFactor} in either direction.
 */
const warmNs = 4e8;
const coldFactor = 4;
/**
 * The share of the time, on a GPU, after which nothing more is compiled: what is compiled must be timed at full clock.
 */
const compileShare = 0.6;
/** Largest rms(got − want)/rms(want): rounding differs between candidates, results do not. */
const allowedRatio = 1e-4;

/** Runs a race. Candidates that the time did not suffice for are left out of the result. */
export async function race<C>(
  runner: WebGPURunner,
  experiment: Experiment<C>,
  { untilMs, signal, onTried }: RaceOptions,
): Promise<TrialResult<C>[]> {
  const buffers: Record<string, GPUBuffer> = {};
  const gpu = runner.caps.adapter !== "software";
  const beginMs = performance.now();
  const compileUntilMs = gpu ? beginMs + compileShare * (untilMs - beginMs) : untilMs;
  const tried: (TrialResult<C> & { program?: Program; runs?: number; elapsedNs?: number; failure?: string })[] = [];
  const seen = new Set<string>();
  try {
    for (const [name, input] of Object.entries(experiment.inputs))
      runner.write((buffers[name] = runner.createBuffer(4 * input.length)), input.values());
    for (const [name, size] of Object.entries(experiment.outputs)) buffers[name] = runner.createBuffer(4 * size);
    const sample = async (program: Program, count: number): Promise<number> =>
      (await runner.time({ program, sets: [buffers], count })).elapsedNs / count;
    let want: Float32Array[] | undefined;
    for (const candidate of builtInFirst(experiment, runner.caps)) {
      signal?.throwIfAborted();
      if (tried.length > 0 && performance.now() > compileUntilMs) break;
      const one: (typeof tried)[number] = { candidate, place: experiment.place(candidate) };
      const refusal = experiment.refuses?.(candidate);
      try {
        if (refusal !== undefined) throw new KernelError(refusal);
        const program = experiment.program(candidate, runner.caps);
        const text = textOf(program);
        if (seen.has(text)) continue;
        seen.add(text);
        const got = await results(runner, program, buffers, experiment.outputs);
        const ratio = want ? Math.max(...got.map((values, i) => difference(values, want![i]!))) : 0;
        if (!(ratio <= allowedRatio)) {
          one.failure = `its result differs from the default's: rms ratio ${ratio.toExponential(1)}`;
        } else {
          want ??= got;
          const once = Math.max(1, await sample(program, 2));
          Object.assign(one, {
            program,
            elapsedNs: once,
            runs: Math.max(2, Math.min(mostRuns, Math.ceil(sampleLeastNs / once))),
          });
        }
      } catch (error) {
        if ((error as { kind?: string }).kind === "lost") throw error;
        one.failure = error instanceof Error ? error.message : String(error);
      }
      tried.push(one);
      onTried?.(shown(one));
    }
    const warm = tried.find(({ program }) => program !== undefined);
    for (let spent = 0; gpu && warm && spent < warmNs && performance.now() < untilMs;)
      spent += warm.runs! * (await sample(warm.program!, warm.runs!));
    for (let round = 0; round < rounds; round++) {
      const best = Math.min(...tried.map(({ elapsedNs }) => elapsedNs ?? Infinity));
      const cold = gpu && round === 0;
      for (const one of tried) {
        if (!one.program || one.elapsedNs! > (cold ? coldFactor : hopeless) * best) continue;
        signal?.throwIfAborted();
        if (performance.now() > untilMs) return tried.map(shown);
        const sampleNs = Math.max(1, await sample(one.program, one.runs!));
        one.elapsedNs = cold ? sampleNs : Math.min(one.elapsedNs!, sampleNs);
      }
    }
    return tried.map(shown);
  } finally {
    for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  }
}

function shown<C>({ candidate, place, elapsedNs, failure }: TrialResult<C>): TrialResult<C> {
  return { candidate, place, ...(elapsedNs !== undefined && { elapsedNs }), ...(failure !== undefined && { failure }) };
}

/** What makes two programs the same. */
function textOf({ dispatches }: Program): string {
  return JSON.stringify(
    dispatches.map(({ kernel, config, uniforms, workgroups }) => [kernelKey(kernel, config), uniforms, workgroups]),
  );
}

/** The candidates, of which the one that stands for the built-in choice comes first. */
function builtInFirst<C>(experiment: Experiment<C>, caps: Caps): C[] {
  const builtIn = textOf(experiment.program(undefined, caps));
  const stands = (candidate: C): boolean =>
    experiment.refuses?.(candidate) === undefined && textOf(experiment.program(candidate, caps)) === builtIn;
  const first = experiment.candidates.find(stands);
  return first === undefined
    ? [...experiment.candidates]
    : [first, ...experiment.candidates.filter((candidate) => candidate !== first)];
}

/** Runs a program on outputs full of NaN and reads what it wrote. */
async function results(
  runner: WebGPURunner,
  program: Program,
  buffers: Readonly<Record<string, GPUBuffer>>,
  outputs: Readonly<Record<string, number>>,
): Promise<Float32Array[]> {
  for (const [name, size] of Object.entries(outputs)) runner.write(buffers[name]!, new Float32Array(size).fill(NaN));
  runner.run(program, buffers);
  return await Promise.all(
    Object.entries(outputs).map(async ([name, size]) => new Float32Array(await runner.read(buffers[name]!, 4 * size))),
  );
}

function difference(got: Float32Array, want: Float32Array): number {
  let [error, scale] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    error += (got[i]! - want[i]!) ** 2;
    scale += want[i]! ** 2;
  }
  return Math.sqrt(error / Math.max(scale, 1e-30));
}
