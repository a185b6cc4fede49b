// The command line of `npm run bench`.
import { parseArgs } from "node:util";

export interface BenchArgs {
  readonly device: "webgpu" | "cpu";
  readonly filter: string;
  readonly all: boolean;
  readonly peers: boolean;
  /** smaller shapes to compare */
  readonly small: boolean;
  readonly rounds: number | undefined;
  readonly minutes: number | undefined;
  readonly browser: boolean;
  readonly tune: boolean;
  readonly json: string | undefined;
  readonly baseline: string | undefined;
  readonly markdown: string | undefined;
  readonly tuning: string | undefined;
  readonly mostWork: number | undefined;
  readonly samples: number | undefined;
  readonly help: boolean;
}

/** What --help prints. */
export const usage = `npm run bench -- [OPTIONS]

Every exported primitive, checked against the CPU on this device and then timed.

  --device webgpu|cpu   where to run; default webgpu (SwiftShader where there is no GPU)
  --filter WORDS        rows whose name has every word; a|b is either
  --all                 the small tested sizes too, not only the bench sizes
  --most-work N         leave out sizes of more operations or bytes; default 6e7 on CPU and software adapters, no limit elsewhere
  --samples N           samples per row; default 11
  --peers               instead of the suite: beside jax-js, TensorFlow.js and ONNX Runtime Web (npm run bench:peers installs them)
  --small               smaller shapes beside them, for slow adapters
  --rounds N            with --peers: most rounds per row; default 9
  --minutes N           with --peers: begin no row after so many minutes; those left out say so. With --tune: the time for everything
  --tune                time every way to run each tunable kernel (--filter ssd: that one) and write tuning.json (or what --tuning names)
  --tuning FILE         run with the choices of this file, or of what tune() returned as JSON; with --tune, where to write it
  --browser             run the page's suite in Chromium instead of Node
  --json FILE           write the report
  --markdown FILE       write the tables as Markdown
  --baseline FILE       compare with an earlier report; exit status 1 when something is slower beyond noise, or broken
`;

/** @throws TypeError for an option that is unknown or out of range */
export function parseBenchArgs(args: readonly string[]): BenchArgs {
  const string = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      device: { ...string, default: "webgpu" },
      filter: { ...string, default: "" },
      all: flag,
      peers: flag,
      small: flag,
      browser: flag,
      tune: flag,
      json: string,
      baseline: string,
      markdown: string,
      tuning: string,
      "most-work": string,
      samples: string,
      rounds: string,
      minutes: string,
      help: { ...flag, short: "h" },
    },
  });
  if (values.device !== "webgpu" && values.device !== "cpu")
    throw new TypeError(`--device must be webgpu or cpu; got ${values.device}.`);
  const number = (name: "most-work" | "samples" | "rounds" | "minutes"): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!(value > 0)) throw new TypeError(`--${name} must be a number above 0; got ${text}.`);
    return value;
  };
  const { device, filter, all, peers, small, browser, tune, json, baseline, markdown, tuning, help } = values;
  return {
    device,
    filter,
    all,
    peers,
    small,
    browser,
    tune,
    json,
    baseline,
    markdown,
    tuning,
    help,
    mostWork: number("most-work"),
    samples: number("samples"),
    rounds: number("rounds"),
    minutes: number("minutes"),
  };
}
