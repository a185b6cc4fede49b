// What the page and its worker say to each other. Plain data.
import type { RunProgress } from "../core/run.ts";
import type { TuneFamily } from "@x/kernels-wgsl";
import type { Duel, Report } from "../core/report.ts";
import type { TriedEvent } from "../core/tuner.ts";
import type { TuningRace, TuningReport } from "../core/tuning.ts";
import type { Problem } from "./problem.ts";

export interface RunRequest {
  readonly type: "run";
  readonly device: "webgpu" | "cpu";
  readonly filter: string;
  readonly sizes: "bench" | "all";
  readonly peers: boolean;
  readonly samples?: number;
  /** limits to insist on */
  readonly limits: Readonly<Record<string, number>>;
  /** "broken" adds a kernel that is wrong; "lost" destroys the device after the first row: to see what the page says then */
  readonly fixture?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: string;
}

export interface TuneRequest extends Pick<RunRequest, "environment"> {
  readonly type: "tune";
  readonly families: readonly TuneFamily[];
  /** absent: as long as trying everything takes */
  readonly budgetMs?: number;
}

export type Request = RunRequest | TuneRequest | { readonly type: "stop" };

export type Reply =
  | { readonly type: "device"; readonly description: string }
  | { readonly type: "progress"; readonly event: RunProgress }
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "duels"; readonly duels: readonly Duel[] }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "tried"; readonly event: TriedEvent }
  | { readonly type: "raced"; readonly race: TuningRace }
  | { readonly type: "tuned"; readonly tuning: TuningReport }
  | { readonly type: "stopped" }
  | { readonly type: "problem"; readonly problem: Problem };
