// The steps of a run while its optimizer is on the device: updates and validations, reported one by one.
import { type CompileProgress, ConfigError } from "@x/tensor/core";
import type { TokenBatch } from "@x/nn/core";
import type { BestValidation } from "./best-validation.ts";
import type { PreparedData } from "./data.ts";
import type { Fit } from "./fit.ts";
import type { TrainEvent } from "./options.ts";
import type { TrainSettings } from "./settings.ts";

/** Of the held-out tokens, what every validation reads; the one after the last update reads all of them as well. */
export const PART_ON_THE_WAY = 0.25;

/** A run as its steps see it. */
export interface RunOfSteps {
  readonly settings: TrainSettings;
  readonly data: PreparedData;
  readonly signal: AbortSignal | undefined;
  readonly onCompile: ((progress: CompileProgress) => void) | undefined;
  /** before the first of these steps */
  readonly best: BestValidation | undefined;
  /** mean loss over a part of the held-out tokens; undefined when there are none */
  validationLoss(part?: number): Promise<number | undefined>;
  /** Takes note of what an update's model was measured as; undefined: there is nothing to measure by. @returns the best now */
  measured(fit: Fit, loss: number | undefined): Promise<BestValidation | undefined>;
}

/** Whether a run ends before its last step: as many validations in a row as it has patience for were not better than its best. */
export function endsEarly({ patience }: TrainSettings, best: BestValidation | undefined): boolean {
  return patience > 0 && best !== undefined && best.since >= patience;
}

/** Trains until the last step, the signal, or the end of patience. @throws ConfigError when a loss is not finite: the model is broken then */
export async function* stepsOf(run: RunOfSteps, fit: Fit): AsyncGenerator<TrainEvent, void, void> {
  const { settings, data } = run;
  const { steps, validateEvery } = settings;
  let { best } = run;
  const requireFinite = (what: string, got: number, when: string): void => {
    if (!Number.isFinite(got)) throw new BrokenModel(what, got, when, settings.lr);
  };
  let compiled = false;
  let milliseconds = 0;
  let tokens = 0;
  while (fit.step < steps && !run.signal?.aborted && !endsEarly(settings, best)) {
    const batch = data.batches.at(fit.step);
    if (!compiled) await compile(run, fit, batch);
    compiled = true;
    if (run.signal?.aborted) break;
    const began = performance.now();
    const { step, loss, gradNorm = NaN, skipped } = await fit.update(batch);
    milliseconds += performance.now() - began;
    if (skipped) continue; // the same batch again, at half the loss scale
    tokens += batch.x.length;
    requireFinite("loss", loss, `at step ${step}`);
    requireFinite("norm of the gradients", gradNorm, `at step ${step}`);
    const measures = step === steps || step % validateEvery === 0;
    const compared = measures ? await run.validationLoss(PART_ON_THE_WAY) : undefined;
    const measured = step === steps ? await run.validationLoss() : compared;
    requireFinite("validation loss", measured ?? 0, `after step ${step}`); // the last update broke the model: it must not be saved
    if (measures) best = await run.measured(fit, compared);
    yield {
      step,
      steps,
      loss,
      gradNorm,
      tokensPerSecond: tokens / (milliseconds / 1000),
      ...(fit.lossScale && { lossScale: fit.lossScale.scale, skipped: fit.lossScale.skipped }),
      ...(measured !== undefined && { validationLoss: measured, best: best!.step === step }),
    };
  }
}

/** Compiles the first step. The signal ends that as it ends the steps: without an error. */
async function compile({ onCompile, signal }: RunOfSteps, fit: Fit, batch: TokenBatch): Promise<void> {
  try {
    await fit.precompile(batch, {
      ...(onCompile && { onProgress: onCompile }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** The last update left a model that must not be saved. */
export class BrokenModel extends ConfigError {
  constructor(what: string, got: number, when: string, lr: number) {
    super(`train: the ${what} must stay finite; it was ${got} ${when}. Lower lr, now ${lr}.`, { field: "lr", got });
  }
}
