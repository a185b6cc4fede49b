// `npm run bench`: the suite without a page. Progress on standard error, the table on standard output.
import { readFileSync, writeFileSync } from "node:fs";
import { tuneFamilies } from "@x/kernels-wgsl";
import { type Device, WebGPUDevice } from "@x/tensor/core";
import { compareReports, regressed } from "../core/baseline.ts";
import {
  cells,
  changeCells,
  changeColumns,
  columns,
  digits,
  duelTable,
  heading,
  markdownReport,
  textTable,
} from "../core/format.ts";
import { formatReport, parseReport, type Report } from "../core/report.ts";
import { isSlow, messageOf, type RunProgress, runSuite } from "../core/run.ts";
import { matches, slowDeviceWork, suite } from "../core/suite.ts";
import { tuneDevice } from "../core/tuner.ts";
import { speedOf, type TuningRace } from "../core/tuning.ts";
import { type BenchArgs, parseBenchArgs, usage } from "./args.ts";
import { benchDevice, environment, loadAverage } from "./device.ts";

async function main(): Promise<number> {
  let args: BenchArgs;
  try {
    args = parseBenchArgs(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  if (args.help) {
    console.log(usage);
    return 0;
  }
  const before = args.baseline === undefined ? undefined : parseReport(readFileSync(args.baseline, "utf8"));
  const report = args.browser ? await (await import("./browser.ts")).runInBrowser(args) : await runHere(args);
  return conclude(report, before, args);
}

async function runHere(args: BenchArgs): Promise<Report> {
  const device = await benchDevice(args.device, args.tune ? undefined : args.tuning);
  try {
    if (args.tune) return await runTuner(args, device);
    if (args.peers) return await runPeers(args, device);
    const mostWork = args.mostWork ?? (isSlow(device) ? slowDeviceWork : Infinity);
    const entries = suite({ filter: args.filter, sizes: args.all ? "all" : "bench", mostWork });
    if (entries.length === 0) throw new Error(`--filter must name at least one row; none has "${args.filter}".`);
    return await runSuite(entries, device, {
      command: commandLine(),
      environment: environment(),
      onProgress: showProgress,
      ...(args.samples !== undefined && { samples: args.samples }),
    });
  } finally {
    if (device instanceof WebGPUDevice) device.dispose();
  }
}

async function runPeers({ filter, small, rounds, minutes }: BenchArgs, device: Device): Promise<Report> {
  const { runDuels } = await import("../peers/duels.ts");
  const { installedPeers } = await import("../peers/installed.ts");
  const base = await runSuite([], device, {
    command: commandLine(),
    environment: environment(),
    onProgress: showProgress,
  });
  const duels = await runDuels(device, await installedPeers(device), {
    small,
    filter,
    onProgress: progress,
    ...(rounds !== undefined && { rounds }),
    ...(minutes !== undefined && { minutes }),
    onDuel(duel) {
      if (!process.stderr.isTTY) console.error(duelTable([duel]).rows[0]!.join("  "));
    },
  });
  if (duels.length === 0) throw new Error(`--filter must name at least one row; none has "${filter}".`);
  return { ...base, environment: { ...base.environment, "load average at the end": loadAverage() }, duels };
}

async function runTuner(args: BenchArgs, device: Device): Promise<Report> {
  if (!(device instanceof WebGPUDevice))
    throw new Error("--tune must have --device webgpu: the CPU device has no kernels to tune.");
  const families = tuneFamilies.filter((family) => matches(family, args.filter));
  if (families.length === 0)
    throw new Error(`--filter must name at least one of ${tuneFamilies.join(", ")}; got "${args.filter}".`);
  const { "@x/tensor": version, ...surroundings } = environment();
  const found = await tuneDevice(device, {
    families,
    version: version!,
    environment: surroundings,
    ...(args.minutes !== undefined && { budgetMs: 60e3 * args.minutes }),
    onTried: ({ race, done }) => progress(`${Math.round(100 * done)} % ${race.family}: ${race.name}`),
  });
  const file = args.tuning ?? "tuning.json";
  writeFileSync(file, `${JSON.stringify(found, undefined, 1)}\n`);
  console.log(
    `Wrote ${file}. Use it with --tuning ${file}, or webgpuDevice({ tuning }) with its "tuning". To give it to others with this GPU: npm run tuning:add -- ${file} (CONTRIBUTING.md).`,
  );
  const report = await runSuite([], device, { command: commandLine(), environment: environment() });
  return { ...report, tuning: found };
}

/** A line about an experiment: the built-in choice, and the one to take. */
function raceCells({ family, name, axes, tried, chosen, work }: TuningRace): string[] {
  const cell = (one: TuningRace["tried"][number] | undefined): string[] => [
    one ? axes.map((axis, i) => `${axis.name} ${one.place[i]}`).join(", ") : "–",
    one?.elapsedNs === undefined ? "–" : `${digits(speedOf(work, one.elapsedNs))} ${work.unit}`,
  ];
  const failed = tried.filter(({ failure }) => failure !== undefined).length;
  const [, before] = cell(tried[0]);
  const [place, after] = cell(tried[chosen ?? -1]);
  return [`${family}: ${name}`, `${tried.length - failed} of ${tried.length}`, before!, after!, place!];
}

function conclude(report: Report, before: Report | undefined, args: BenchArgs): number {
  console.log(heading(report));
  if (report.rows.length > 0) console.log(`\n${textTable(columns, report.rows.map(cells))}`);
  const duels = report.duels ? duelTable(report.duels) : undefined;
  if (duels)
    console.log(
      `\nBeside peers: median / fastest; n×: they take n times as long\n${textTable(duels.header, duels.rows)}`,
    );
  if (report.tuning)
    console.log(
      `\n${textTable(["experiment", "timed", "built in", "fastest", "by"], report.tuning.races.map(raceCells))}`,
    );
  if (args.json !== undefined) writeFileSync(args.json, formatReport(report));
  if (args.markdown !== undefined) writeFileSync(args.markdown, markdownReport(report));
  const broken = report.rows.filter(({ status }) => status === "wrong" || status === "failed");
  if (broken.length > 0)
    console.error(
      `\n${broken.length} rows have no speed because they are wrong or failed: ${broken.map(({ id }) => id).join(", ")}`,
    );
  if (!before) return broken.length > 0 ? 1 : 0;
  const changes = compareReports(before, report);
  console.log(`\nAgainst ${args.baseline} of ${before.date}\n${textTable(changeColumns, changes.map(changeCells))}`);
  const bad = regressed(changes);
  console.log(bad ? "Regressions beyond noise." : "No regression beyond noise.");
  return bad || broken.length > 0 ? 1 : 0;
}

function commandLine(): string {
  return `npm run bench -- ${process.argv.slice(2).join(" ")}`.trim();
}

function showProgress(event: RunProgress): void {
  if (event.stage === "roofs") progress("measuring the roofs");
  if (event.stage === "checking" || event.stage === "measuring")
    progress(`${event.index + 1}/${event.count} ${event.stage} ${event.id}`);
  if (event.stage === "row" && !process.stderr.isTTY)
    console.error(`${event.index + 1}/${event.count} ${cells(event.row).slice(0, 2).join("  ")}`);
  if (event.stage === "row" && (event.row.status === "wrong" || event.row.status === "failed"))
    console.error(`\n${event.row.id}: ${event.row.status}: ${event.row.why}`);
}

/** One line that overwrites itself on a terminal; elsewhere each finished row is a line. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
}
