// The model page: form, worker, loss curve, text, heat map and checkpoints put together.
import "../page/style.css";
import { type Mamba2Config, preset, PRESET_NAMES, type PresetName } from "@x/mamba2/core";
// oxlint-disable-next-line import/default -- the bundler makes it
import workerUrl from "./worker.ts?worker&url";
import { digits } from "../core/format.ts";
import { byId, download, el, onSchemeChange, showTiles } from "../page/dom.ts";
import { explain, type Problem } from "../page/problem.ts";
import { drawMaps, hearChat, setChatBusy, startChat } from "./chat-view.ts";
import { drawHeat } from "./heat.ts";
import { LossPlot } from "./loss-plot.ts";
import type { Held, Reply, Request } from "./protocol.ts";
import { sampleText } from "./sample-text.ts";

const query = new URLSearchParams(location.search);
const text = byId("text", HTMLTextAreaElement);
const [presetField, kind] = [byId("preset", HTMLSelectElement), byId("kind", HTMLSelectElement)];
const [sample, status, banner, heat] = [
  byId("sample", HTMLElement),
  byId("status", HTMLElement),
  byId("banner", HTMLElement),
  byId("heat", HTMLCanvasElement),
];
const [trained, dataKind] = [byId("trained", HTMLSelectElement), byId("data-kind", HTMLSelectElement)];
const loss = new LossPlot(byId("loss-plot", HTMLElement));
const field = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
const number = (id: string): number => Number(field(id).value);
const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);

let worker: Worker | undefined;
let hasModel = false;
type StateReply = Extract<Reply, { type: "state" }>;
let lastState: StateReply | undefined;
/** settings of the model that is there, to see whether Train goes on with it or makes another */
let made = "";

function ask(request: Request, transfer: Transferable[] = []): void {
  worker ??= new Worker(`${workerUrl}${location.search}`, { type: "module", name: "model" });
  worker.onmessage = ({ data }: MessageEvent<Reply>) => hear(data);
  worker.onerror = (event) => fail({ message: event.message });
  if (request.type !== "stop") setBusy(true);
  worker.postMessage(request, transfer);
}

function hear(reply: Reply): void {
  hearChat(reply);
  switch (reply.type) {
    case "model":
      hasModel = true;
      byId("device", HTMLElement).textContent = reply.device;
      showTiles("train-tiles", [
        [short(reply.parameters), "parameters"],
        [`${digits(reply.usedBytes / 2 ** 20)} MiB`, "tensors in use"],
        [`${digits(reply.stateBytes / 1024)} KiB`, "state, whatever the length"],
      ]);
      field("layer").max = String(reply.config.nLayer - 1);
      break;
    case "step":
      loss.add(reply.step, reply.loss, reply.validationLoss);
      status.textContent = `Step ${reply.step} of ${reply.steps}`;
      if (reply.recovered !== undefined) [banner.textContent, banner.hidden] = [reply.recovered, false];
      document.body.dataset["loss"] = String(reply.loss);
      showTiles("train-tiles", [
        [digits(reply.loss), "loss, nats per token"],
        [short(reply.tokensPerSecond), "tokens per second"],
        [`${digits(reply.usedBytes / 2 ** 20)} MiB`, "tensors in use"],
      ]);
      break;
    case "piece":
      if (reply.first) sample.replaceChildren(el("b", {}, field("prompt").value));
      sample.append(reply.text);
      sample.scrollTop = sample.scrollHeight;
      break;
    case "written":
      showTiles("write-tiles", [
        [short(reply.prefillTokensPerSecond), "prefill, tokens/s"],
        [short(reply.decodeTokensPerSecond), "decode, tokens/s"],
        [`${digits(reply.stateBytes / 1024)} KiB`, "state"],
      ]);
      break;
    case "state":
      drawState((lastState = reply));
      byId("reading", HTMLElement).textContent = `${reply.read} of ${reply.of} tokens read`;
      break;
    case "saved":
      for (const [name, bytes] of reply.files)
        download(name, bytes as Uint8Array<ArrayBuffer>, "application/octet-stream");
      byId("kept", HTMLElement).textContent =
        `${reply.where === "opfs" ? "Kept in this browser" : "Saved"}: ${digits(reply.bytes / 2 ** 20)} MiB.`;
      break;
    case "done":
      if (reply.of === "forget") byId("opened", HTMLElement).textContent = "Downloads are forgotten.";
      if (reply.of === "load") hearLoaded();
      if (reply.of !== "create") setBusy(false);
      document.body.dataset["done"] = reply.of;
      break;
    case "problem":
      fail(reply.problem);
  }
}

/** Another model is there: what was made here is gone, and an adapter is what one trains on it first. */
function hearLoaded(): void {
  byId("kept", HTMLElement).textContent = "Loaded.";
  made = "";
  loss.clear();
  trained.value = "adapter";
}

function drawState({ rows, columns, values }: StateReply): void {
  drawHeat(heat, rows, columns, values, ground());
}

/** The page's colour behind the heat map, 0 … 255. */
function ground(): readonly number[] {
  return matchMedia("(prefers-color-scheme: dark)").matches ? [17, 21, 26] : [243, 245, 247];
}

function short(value: number): string {
  return value >= 1e6 ? `${digits(value / 1e6)} M` : value >= 1e4 ? `${digits(value / 1e3)} k` : digits(value);
}

function setBusy(busy: boolean): void {
  for (const id of ["train", "load-opfs"]) button(id).disabled = busy;
  for (const id of ["generate", "read", "save-file", "save-opfs"]) button(id).disabled = busy || !hasModel;
  button("stop").disabled = !busy;
  setChatBusy(busy, hasModel);
  document.body.dataset["state"] = busy ? "busy" : "idle";
  if (busy) banner.hidden = true;
}

function fail(problem: Problem): void {
  const { title, advice } = problem.kind === undefined ? { title: "That did not work.", advice: "" } : explain(problem);
  banner.replaceChildren(el("strong", {}, title), ` ${advice} `, el("span", {}, problem.message));
  banner.hidden = false;
  setBusy(false);
}

function config(): Partial<Mamba2Config> {
  return {
    ...preset(presetField.value as PresetName),
    dModel: number("dModel"),
    nLayer: number("nLayer"),
    dState: number("dState"),
  };
}

function showPreset(): void {
  const { dModel, nLayer, dState } = preset(presetField.value as PresetName);
  for (const [id, value] of Object.entries({ dModel, nLayer, dState })) field(id).value = String(value);
}

function device(): "auto" | "webgpu" | "cpu" {
  return kind.value === "cpu" || kind.value === "webgpu" ? kind.value : "auto";
}

function held(): Held {
  return byId("held", HTMLSelectElement).value as Held;
}

byId("setup", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const [what, as] = [trained.value, dataKind.value];
  if (what !== "new" && !hasModel)
    return fail({ message: "There is no model yet: load one below, or train a new one." });
  const wanted = JSON.stringify([config(), device(), number("seed")]);
  if (what === "new" && wanted !== made) {
    loss.clear();
    ask({ type: "create", config: config(), device: device(), seed: number("seed") });
    made = wanted;
  }
  status.textContent = "Preparing the first step …";
  ask({
    type: "train",
    text: text.value,
    as: as === "jsonl" ? "jsonl" : "text",
    ...(what === "adapter" && { rank: number("rank") }),
    steps: number("steps"),
    batch: number("batch"),
    length: number("length"),
    lr: number("lr"),
    seed: number("seed"),
    sampleEvery: number("sampleEvery"),
    prompt: field("prompt").value || "\n",
  });
});
byId("writing", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  ask({
    type: "write",
    prompt: field("prompt").value,
    tokens: number("tokens"),
    temperature: number("temperature"),
    seed: number("seed"),
  });
});
button("stop").addEventListener("click", () => ask({ type: "stop" }));
button("read").addEventListener("click", () =>
  ask({ type: "read", text: `${field("prompt").value}${sample.textContent}`.slice(0, 300), layer: number("layer") }),
);
button("save-file").addEventListener("click", () => ask({ type: "save", where: "file" }));
button("save-opfs").addEventListener("click", () => ask({ type: "save", where: "opfs" }));
button("load-opfs").addEventListener("click", () => ask({ type: "load", device: device() }));
for (const id of ["load-file", "chat-files"]) field(id).addEventListener("change", () => openFiles(field(id).files));

function openFiles(list: FileList | null): void {
  const files = [...(list ?? [])];
  if (files.length > 0) ask({ type: "load", files, held: held(), device: device() });
}

for (const name of ["dragover", "dragleave", "drop"] as const) {
  text.addEventListener(name, (event) => {
    event.preventDefault();
    text.classList.toggle("over", name === "dragover");
    const file = event.dataTransfer?.files[0];
    if (name !== "drop" || !file) return;
    dataKind.value = file.name.endsWith(".jsonl") ? "jsonl" : "text";
    void file.text().then((dropped) => (text.value = dropped));
  });
}

for (const name of ["dragover", "drop"] as const) {
  byId("chat-log", HTMLElement).addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop") openFiles(event.dataTransfer?.files ?? null);
  });
}

presetField.append(
  ...PRESET_NAMES.filter((name) => preset(name).vocabSize === 256).map((name) => el("option", { value: name }, name)),
);
presetField.addEventListener("change", showPreset);
showPreset();
text.value = sampleText();
for (const [id, value] of query) {
  const input = document.getElementById(id);
  if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = value;
}
onSchemeChange(() => {
  if (lastState) drawState(lastState);
  drawMaps();
});
startChat({ ask, device, held, ground });
setBusy(false);
document.body.dataset["ready"] = "true";
