// The kernels' page: puts form, worker, table, plots and stored reports together.
import "./style.css";
// oxlint-disable-next-line import/default -- the bundler makes it
import workerUrl from "./worker.ts?worker&url";
import { digits } from "../core/format.ts";
import { formatReport, parseReport, parseTuning, type Report, type Row } from "../core/report.ts";
import type { Roofs } from "../core/roofs.ts";
import { byId, download, el, showTiles } from "./dom.ts";
import { explain, type Problem, problemOf } from "./problem.ts";
import type { Reply, Request } from "./protocol.ts";
import { RooflinePlot } from "./roofline-plot.ts";
import { fromFragment, toFragment } from "./report-link.ts";
import { StoredView } from "./stored-view.ts";
import { ResultTable } from "./table.ts";
import { TuningView } from "./tuning-view.ts";
import { drawVersus } from "./peer-bars.ts";

const query = new URLSearchParams(location.search);
const [filter, sizes, kind, peers] = [
  byId("filter", HTMLInputElement),
  byId("sizes", HTMLSelectElement),
  byId("kind", HTMLSelectElement),
  byId("peers", HTMLInputElement),
];
const [run, stop, tune] = [
  byId("run", HTMLButtonElement),
  byId("stop", HTMLButtonElement),
  byId("tune", HTMLButtonElement),
];
const [status, progress, banner] = [
  byId("status", HTMLElement),
  byId("progress", HTMLProgressElement),
  byId("banner", HTMLElement),
];
const table = new ResultTable(byId("table", HTMLElement));
const roofline = new RooflinePlot(byId("roofline-plot", HTMLElement));
const stored = new StoredView((text) => tell(text, 1));
const tuning = new TuningView((text) => tell(text, 1));

let worker: Worker | undefined;
let report: Report | undefined;
let roofs: Roofs | undefined;

function ask(request: Request): void {
  // The worker gets the page's query: that is where the library looks for ?debug=2.
  worker ??= new Worker(`${workerUrl}${location.search}`, { type: "module", name: "bench" });
  worker.onmessage = ({ data }: MessageEvent<Reply>) => hear(data);
  worker.onerror = (event) => fail({ message: event.message });
  worker.postMessage(request);
}

function hear(reply: Reply): void {
  switch (reply.type) {
    case "device":
      byId("device", HTMLElement).textContent = reply.description;
      break;
    case "progress":
      if (reply.event.stage === "roofs") tell("Measuring the roofs of this device …", 0);
      if (reply.event.stage === "roofs-done") showRoofs((roofs = reply.event.roofs));
      if (reply.event.stage === "checking") tell(`Checking ${reply.event.id}`, reply.event.index / reply.event.count);
      if (reply.event.stage === "measuring")
        tell(`Measuring ${reply.event.id}`, (reply.event.index + 0.5) / reply.event.count);
      if (reply.event.stage === "row") addRow(reply.event.row);
      break;
    case "report":
      stored.keep(reply.report);
      show(reply.report);
      if (!peers.checked) finish(`${count(reply.report.rows)}.`);
      break;
    case "duels":
      if (report) stored.keep((report = { ...report, duels: [...reply.duels] }));
      showDuels();
      finish("Done, peers included.");
      break;
    case "note":
      tell(reply.text, 1);
      break;
    case "tried":
      tell(tuning.tried(reply.event), reply.event.done);
      break;
    case "raced":
      tuning.raced(reply.race);
      break;
    case "tuned":
      tuning.show(reply.tuning);
      finish("Tuned: the landscapes and the JSON are below.");
      break;
    case "stopped":
      finish("Stopped. What was measured so far is shown.");
      break;
    case "problem":
      fail(reply.problem);
  }
}

function tell(text: string, done: number): void {
  status.textContent = text;
  progress.value = done;
}

function begin(): void {
  banner.hidden = true;
  document.body.dataset["state"] = "running";
  for (const button of [run, tune]) button.disabled = true;
  stop.disabled = false;
}

function finish(text: string, state = "done"): void {
  tell(text, 1);
  for (const button of [run, tune]) button.disabled = false;
  stop.disabled = true;
  document.body.dataset["state"] = state;
}

function fail(problem: Problem): void {
  const { title, advice } = explain(problem);
  banner.replaceChildren(el("strong", {}, title), ` ${advice} `, el("small", { class: "muted" }, problem.message));
  banner.hidden = false;
  finish(title, "failed");
}

function addRow(row: Row): void {
  table.add(row);
  if (roofs) roofline.set({ rows: [...table.rows], roofs });
}

function count(rows: readonly Row[]): string {
  const bad = rows.filter(({ status: state }) => state === "wrong" || state === "failed").length;
  return `${rows.filter(({ status: state }) => state === "measured").length} of ${rows.length} rows measured${bad > 0 ? `, ${bad} wrong or failed` : ""}`;
}

function showRoofs({ copyGBs, fmaF32, fmaF16, dispatchUs }: Roofs): void {
  showTiles("roofs", [
    [`${digits(copyGBs)} GB/s`, "copy bandwidth"],
    [`${digits(fmaF32)} GFLOP/s`, "multiply-add, f32"],
    [fmaF16 === undefined ? "none" : `${digits(fmaF16)} GFLOP/s`, "multiply-add, f16"],
    [`${digits(dispatchUs)} µs`, "per dispatch"],
  ]);
}

function show(shown: Report): void {
  report = shown;
  table.set(shown.rows);
  showRoofs(shown.roofs);
  roofline.set(shown);
  byId("device", HTMLElement).textContent = shown.device.description;
  byId("summary", HTMLElement).textContent =
    `${shown.date.slice(0, 16).replace("T", " ")}, ${count(shown.rows)}; each was checked on this device first.`;
  for (const id of ["export", "share"]) byId(id, HTMLButtonElement).disabled = false;
  if (shown.tuning) tuning.show(shown.tuning);
  showDuels();
}

function showDuels(): void {
  const duels = report?.duels ?? [];
  byId("versus", HTMLElement).hidden = duels.length === 0;
  drawVersus(byId("versus-plot", HTMLElement), duels);
}

async function imported(files: FileList | null): Promise<void> {
  for (const file of files ?? []) {
    const text = await file.text();
    if (text.includes('"x-tuning/') && !text.includes('"x-bench/')) tuning.show(parseTuning(text));
    else {
      const read = parseReport(text);
      stored.keep(read);
      show(read);
    }
  }
}

/** Limits in the address, `?limit=maxBufferSize:8589934592`: insisted on, so that a refusal can be seen. */
function limits(): Record<string, number> {
  return Object.fromEntries(
    query
      .getAll("limit")
      .map((text) => text.split(":"))
      .map(([name, value]) => [name!, Number(value)]),
  );
}

const environment = (): Record<string, string> => ({
  browser: navigator.userAgent,
  threads: String(navigator.hardwareConcurrency),
});

function startRun(): void {
  begin();
  table.set([]);
  const address = new URL(location.href);
  address.hash = "";
  for (const [name, value] of [
    ["filter", filter.value],
    ["sizes", sizes.value === "bench" ? "" : sizes.value],
    ["device", kind.value === "webgpu" ? "" : kind.value],
  ] as const) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
  const fixture = query.get("fixture");
  const wanted = Number(query.get("samples"));
  ask({
    type: "run",
    device: kind.value === "cpu" ? "cpu" : "webgpu",
    filter: filter.value,
    sizes: sizes.value === "all" ? "all" : "bench",
    peers: peers.checked,
    limits: limits(),
    environment: environment(),
    command: address.search || "(page)",
    ...(fixture !== null && { fixture }),
    ...(wanted > 0 && { samples: wanted }),
  });
}

byId("controls", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  startRun();
});
stop.addEventListener("click", () => ask({ type: "stop" }));
tune.addEventListener("click", () => {
  begin();
  tell("Compiling …", 0);
  const seconds = Number(query.get("budget"));
  ask({
    type: "tune",
    families: tuning.begin(),
    environment: environment(),
    ...(seconds > 0 && { budgetMs: 1e3 * seconds }),
  });
});
byId("export", HTMLButtonElement).addEventListener(
  "click",
  () =>
    report &&
    download(
      `bench-${report.date.slice(0, 10)}.json`,
      formatReport({ ...report, ...(tuning.found && { tuning: tuning.found }) }),
    ),
);
byId("import", HTMLInputElement).addEventListener(
  "change",
  (event) => void imported((event.target as HTMLInputElement).files).catch((error: unknown) => fail(problemOf(error))),
);
byId("share", HTMLButtonElement).addEventListener(
  "click",
  () => void share().catch((error: unknown) => fail(problemOf(error))),
);

async function share(): Promise<void> {
  const address = new URL(location.href);
  address.hash = await toFragment(report!);
  history.replaceState(null, "", address);
  await navigator.clipboard.writeText(address.href).then(
    () => tell("Link copied. It carries the results themselves; no server keeps them.", 1),
    () => tell("The address of this page now carries the results: copy it.", 1),
  );
}

async function start(): Promise<void> {
  filter.value = query.get("filter") ?? "";
  if (query.get("sizes") === "all") sizes.value = "all";
  if (query.get("device") === "cpu") kind.value = "cpu";
  peers.checked = query.has("peers");
  table.set([]);
  const adapter = await (navigator as Partial<Navigator>).gpu?.requestAdapter();
  byId("device", HTMLElement).textContent = adapter
    ? `WebGPU, ${[adapter.info.vendor, adapter.info.architecture, adapter.info.description].filter(Boolean).join(" ") || "adapter without a name"}`
    : "no WebGPU adapter";
  if (!adapter && kind.value === "webgpu")
    fail({
      kind: "adapter",
      message: "gpu" in navigator ? "navigator.gpu gave no adapter." : "navigator.gpu is not there.",
    });
  const shared = await fromFragment(location.hash);
  if (shared) {
    stored.keep(shared);
    show(shared);
    tell("Results from the link.", 1);
  } else if (query.has("run")) startRun();
  document.body.dataset["ready"] = "true";
}

/** For the headless run: the last report. */
export function lastReport(): Report | undefined {
  return report;
}
Object.assign(globalThis, { xBench: { report: lastReport } });
void start().catch((error: unknown) => fail(problemOf(error)));
