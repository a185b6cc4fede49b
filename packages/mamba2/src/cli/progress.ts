// Progress of a training run on stderr: a bar on a terminal, a line now and then elsewhere; with a plot of the loss where asked for.
import { cursorTo, moveCursor, clearScreenDown } from "node:readline";
import cliProgress from "cli-progress";
import type { TrainEvent } from "../train/train.ts";
import { LossCurve, plotLines } from "./plot.ts";

const LINE_EVERY_MS = 10_000;
const PLOT_EVERY_MS = 250;
const PLOT = { width: 80, height: 12 };
const NARROWEST = 24;

/** Shows events as they come. */
export interface Progress {
  show(event: TrainEvent): void;
  /** Ends the bar's line; what comes later is not shown. May be called twice. */
  stop(): void;
}

/** Progress for this process's stderr. @param plot draw the loss: again and again on a terminal, once at the end elsewhere */
export function startProgress(steps: number, first: number, plot: boolean): Progress {
  if (process.stderr.isTTY) return plot ? drawn(process.stderr) : bar(steps, first);
  return plot ? withPlotAtEnd(lines()) : lines();
}

/** A plot in place, with a line below it. */
function drawn(stream: NodeJS.WriteStream): Progress {
  const curve = new LossCurve();
  let [height, shown, stopped] = [0, -Infinity, false];
  let status = "";
  let validation = "";
  const draw = (): void => {
    moveCursor(stream, 0, -height);
    cursorTo(stream, 0);
    clearScreenDown(stream);
    const width = Math.max(NARROWEST, Math.min(PLOT.width, stream.columns || PLOT.width)); // 0 where the terminal does not say
    const rows = [...plotLines(curve.points, { ...PLOT, width }), status];
    height = rows.length;
    stream.write(`${rows.join("\n")}\n`);
  };
  return {
    show(event) {
      if (stopped) return;
      curve.add(event);
      if (event.validationLoss !== undefined) validation = `, validation ${event.validationLoss.toFixed(3)}`;
      status = statusOf(event, validation);
      const now = performance.now();
      if (now - shown < PLOT_EVERY_MS && event.step < event.steps) return;
      shown = now;
      draw();
    },
    stop() {
      stopped = true;
    },
  };
}

function withPlotAtEnd(progress: Progress): Progress {
  const curve = new LossCurve();
  let stopped = false;
  return {
    show(event) {
      curve.add(event);
      progress.show(event);
    },
    stop() {
      progress.stop();
      if (!stopped)
        process.stderr.write(
          plotLines(curve.points, PLOT)
            .map((line) => `${line}\n`)
            .join(""),
        );
      stopped = true;
    },
  };
}

function statusOf({ step, steps, loss, tokensPerSecond }: TrainEvent, validation: string): string {
  return `step ${step}/${steps}: loss ${loss.toFixed(3)}${validation}, ${Math.round(tokensPerSecond)} tokens/s`;
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
    show(event) {
      const { step, validationLoss } = event;
      const now = performance.now();
      if (validationLoss === undefined && step !== 1 && now - last < LINE_EVERY_MS) return;
      last = now;
      const validation = validationLoss === undefined ? "" : `, validation ${validationLoss.toFixed(3)}`;
      process.stderr.write(`${statusOf(event, validation)}\n`);
    },
    stop() {},
  };
}
