// The loop of mamba2 train: steps, saves, and what is said on the way.
import { appendFileSync } from "node:fs";
import { perplexity } from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";
import type { DeviceLoss, TrainEvent, TrainingRun } from "../train/train.ts";
import type { Io, Options } from "./command.ts";
import { onInterrupt } from "./interrupt.ts";
import { startProgress } from "./progress.ts";
import type { Saver } from "./run-file.ts";

/** Trains to the end, or to the step at which Ctrl-C is pressed; saves after each validation and at the end. Where a GPU is lost it goes on on a new device. */
export async function runUntilStopped(
  run: TrainingRun,
  stop: AbortController,
  saves: Saver,
  options: Options,
  io: Io,
): Promise<TrainEvent> {
  const metrics = options.text("metrics");
  const progress = startProgress(run.settings.steps, run.step, options.flag("plot"));
  const end = onInterrupt(() => {
    progress.stop();
    process.stderr.write("stopping after this step; press Ctrl-C again to stop at once without saving\n");
    stop.abort();
  });
  let last: TrainEvent | undefined;
  let validationLoss: number | undefined;
  const train = async (): Promise<void> => {
    for await (const event of run) {
      if (event.recovered) sayRecovered(event.recovered, io);
      progress.show(event);
      if (metrics !== undefined) appendFileSync(metrics, `${JSON.stringify({ ...event, ...unsure(event) })}\n`);
      validationLoss = event.validationLoss ?? validationLoss;
      last = event;
      if (event.validationLoss !== undefined && !run.finished) await saves.save();
    }
    await saves.save();
    await saves.finish();
  };
  try {
    await onDevices(run, train);
  } finally {
    await saves.settle();
    progress.stop();
    end();
  }
  if (!last) throw new ConfigError("train: stopped before the first step.", { field: "steps" });
  return validationLoss === undefined ? last : { ...last, validationLoss };
}

/** Does work again that was cut off by the loss of a device, which a run has noticed or has to be told of. */
async function onDevices(run: TrainingRun, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(await run.recover(error))) throw error;
    await onDevices(run, work);
  }
}

function sayRecovered({ lostAt, step, reason, device }: DeviceLoss, io: Io): void {
  io.note(`train: after step ${lostAt}: ${reason} The run goes on from step ${step} on ${device}.`);
}

/** What a validation loss is as a number of choices, where it was measured. */
export function unsure({ validationLoss }: TrainEvent): { readonly validationPerplexity?: number } {
  return validationLoss === undefined ? {} : { validationPerplexity: perplexity(validationLoss) };
}
