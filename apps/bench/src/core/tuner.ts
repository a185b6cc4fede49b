// Tunes a device by the library's own tuner, and keeps every time and failure: what the page draws, and what a pull request is made of.
import { tune, type TuneEvent, type TuneFamily, type TuneOptions, type TuneRace } from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor/core";
import { tuningFormat, type TuningRace, type TuningReport } from "./tuning.ts";

export interface TunerOptions extends Pick<TuneOptions, "shapes" | "tiles" | "signal"> {
  /** default: all */
  readonly families?: readonly TuneFamily[];
  /** default: as long as trying everything takes */
  readonly budgetMs?: number;
  /** of the library */
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  onTried?(event: TriedEvent): void;
  onRaced?(race: TuningRace): void;
}

/** A candidate that was tried, of which experiment, and how far the tuner has come. */
export interface TriedEvent {
  readonly race: TuningRace;
  /** of everything, 0 to 1 */
  readonly done: number;
}

/** Where in the repository the choices of a class of adapters are. */
export function tableFile(adapterClass: string): string {
  return `packages/kernels-wgsl/src/tuning/${adapterClass}.ts`;
}

/** An experiment as it is written down: candidates by their places. */
function written({ family, landscape, name, axes, work, tried, chosen }: TuneRace): TuningRace {
  return {
    family,
    landscape,
    name,
    axes: [...axes],
    work,
    tried: tried.map(({ candidate: _candidate, place, ...outcome }) => ({ place: [...place], ...outcome })),
    ...(chosen !== undefined && { chosen }),
  };
}

/** Runs the experiments. */
export async function tuneDevice(device: WebGPUDevice, options: TunerOptions): Promise<TuningReport> {
  const { version, environment, onTried, onRaced, budgetMs = Infinity, ...rest } = options;
  const { runner } = device;
  const races: TuningRace[] = [];
  const tuning = await tune(runner, {
    ...rest,
    budgetMs,
    onTried: ({ race, races: all, index, count, ...event }: TuneEvent) =>
      onTried?.({
        race: written({ ...event, tried: [event] }),
        done: (race + (index + 1) / count) / all,
      }),
    onRaced(race) {
      races.push(written(race));
      onRaced?.(races.at(-1)!);
    },
  });
  const { adapter, vendor, architecture, description } = runner.caps;
  return {
    format: tuningFormat,
    date: new Date().toISOString(),
    version,
    adapter: { class: adapter, vendor, architecture, description },
    environment: { ...environment },
    file: tableFile(adapter),
    tuning,
    races,
  };
}
