// Progress of a training run on stderr: a bar on a terminal, a line now and then elsewhere.
import cliProgress from "cli-progress";
import type { TrainEvent } from "../train.ts";

const LINE_EVERY_MS = 10_000;

/** Shows events as they come. */
export interface Progress {
  show(event: TrainEvent): void;
  /** Ends the bar's line; what comes later is not shown. May be called twice. */
  stop(): void;
}

/** Progress for this process's stderr. */
export function startProgress(steps: number, first: number): Progress {
  return process.stderr.isTTY ? bar(steps, first) : lines();
}

function bar(steps: number, first: number): Progress {
  const shown = new cliProgress.SingleBar(
    {
      format: "{bar} {value}/{total} · loss {loss} · validation {validation} · {speed} tokens/s · {eta_formatted} left",
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 50,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  let validation = "–";
  let stopped = false;
  shown.start(steps, first, { loss: "–", validation, speed: "–" });
  return {
    show({ step, loss, validationLoss, tokensPerSecond }) {
      if (stopped) return;
      if (validationLoss !== undefined) validation = validationLoss.toFixed(3);
      shown.update(step, { loss: loss.toFixed(3), validation, speed: Math.round(tokensPerSecond).toString() });
    },
    stop() {
      if (!stopped) shown.stop();
      stopped = true;
    },
  };
}

function lines(): Progress {
  let last = performance.now();
  return {
    show({ step, steps, loss, validationLoss, tokensPerSecond }) {
      const now = performance.now();
      if (validationLoss === undefined && step !== 1 && now - last < LINE_EVERY_MS) return;
      last = now;
      const validation = validationLoss === undefined ? "" : `, validation ${validationLoss.toFixed(3)}`;
      process.stderr.write(
        `step ${step}/${steps}: loss ${loss.toFixed(3)}${validation}, ${Math.round(tokensPerSecond)} tokens/s\n`,
      );
    },
    stop() {},
  };
}
