// The page's part about tuning: which kernels are tuned, the landscapes as they fill, and the JSON for a pull request.
import { tuneFamilies, type TuneFamily } from "@x/kernels-wgsl";
import { digits } from "../core/format.ts";
import type { TriedEvent } from "../core/tuner.ts";
import { speedOf, type TuningRace, type TuningReport } from "../core/tuning.ts";
import { byId, download, el, tableOf } from "./dom.ts";
import type { LandscapeView } from "./landscape.ts";
import { axisName, describeBar, type Landscape, landscapeOf, marksOf, valuesOf } from "./landscape-data.ts";

/** What each family computes. */
const titles: Readonly<Record<TuneFamily, string>> = {
  matmul: "matrix product",
  ssd: "scan of Mamba-2",
  rows: "norms of rows",
  conv: "causal convolution",
  reduce: "sums of rows",
  cumsum: "running sums",
  attention: "attention",
};

const everything = "all";
const best = "best";

export class TuningView {
  readonly #kernels = byId("tune-kernels", HTMLSelectElement);
  readonly #shown = byId("landscape-shown", HTMLSelectElement);
  readonly #axes = byId("landscape-axes", HTMLElement);
  readonly #table = byId("landscape-table", HTMLElement);
  readonly #status = byId("tune-status", HTMLElement);
  readonly #figure = byId("landscape-figure", HTMLElement);
  /** Loaded when there is something to draw. */
  #landscape: Promise<LandscapeView> | undefined;
  #drawn: Landscape | undefined;
  #races: TuningRace[] = [];
  /** What the axes of each landscape were last chosen to be. */
  readonly #choices = new Map<string, string[]>();
  #found: TuningReport | undefined;
  #frame = 0;

  constructor(tell: (text: string) => void) {
    this.#kernels.append(
      el("option", { value: everything }, `all ${tuneFamilies.length}`),
      ...tuneFamilies.map((family) => el("option", { value: family }, titles[family])),
    );
    this.#shown.addEventListener("change", () => this.#draw());
    const [save, copy] = this.#buttons();
    save.addEventListener("click", () => download(this.#name(), this.#text()));
    copy.addEventListener(
      "click",
      () =>
        void navigator.clipboard.writeText(this.#text()).then(
          () => tell("JSON copied."),
          () => tell("This browser does not let the page copy: download the JSON instead."),
        ),
    );
    this.#list();
  }

  /** What was found, once it was. */
  get found(): TuningReport | undefined {
    return this.#found;
  }

  /** Forgets what was found before; the families that are to be tuned. */
  begin(): readonly TuneFamily[] {
    this.#races = [];
    this.#keep(undefined);
    this.#list();
    return this.#kernels.value === everything ? tuneFamilies : [this.#kernels.value as TuneFamily];
  }

  /** A candidate more. @returns how it went, in words */
  tried({ race }: TriedEvent): string {
    const [one] = race.tried;
    const known = this.#races.find((other) => isSame(other, race));
    if (known) known.tried.push(one!);
    else this.#races.push({ ...race, tried: [one!] });
    if (!known) {
      this.#list();
      this.#shown.value = landscapeName(race);
    }
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
    const speed =
      one!.elapsedNs === undefined ? "no time" : `${digits(speedOf(race.work, one!.elapsedNs))} ${race.work.unit}`;
    return `Tuning ${titles[race.family as TuneFamily] ?? race.family}, ${race.name}: ${speed}`;
  }

  /** An experiment that is done: its final times. */
  raced(race: TuningRace): void {
    this.#races = [...this.#races.filter((other) => !isSame(other, race)), race];
    this.#list();
    this.#draw();
  }

  /** Everything that was found, now or in a file. */
  show(found: TuningReport): void {
    this.#races = found.races;
    this.#keep(found);
    this.#list();
    this.#draw();
  }

  #keep(found: TuningReport | undefined): void {
    this.#found = found;
    for (const button of this.#buttons()) button.disabled = !found;
    if (!found) return this.#status.replaceChildren();
    const tried = found.races.reduce((sum, race) => sum + race.tried.length, 0);
    const guide = "CONTRIBUTING.md";
    this.#status.replaceChildren(
      `${found.races.length} experiments, ${tried} ways tried on ${found.adapter.description || found.adapter.class}, ${found.date.slice(0, 10)}. The choices go into ${found.file}: `,
      repositoryUrl === ""
        ? `${guide} of the repository`
        : el("a", { href: `${repositoryUrl}/blob/main/${guide}#give-your-gpus-tuning` }, guide),
      " says how to make a pull request of them.",
    );
  }

  #buttons(): [HTMLButtonElement, HTMLButtonElement] {
    return [byId("tuning-save", HTMLButtonElement), byId("tuning-copy", HTMLButtonElement)];
  }

  #name(): string {
    const { adapter, date } = this.#found!;
    const name = [adapter.class, adapter.architecture]
      .filter(Boolean)
      .join("-")
      .replace(/[^\w-]+/g, "-");
    return `tuning-${name}-${date.slice(0, 10)}.json`;
  }

  #text(): string {
    return `${JSON.stringify(this.#found, undefined, 1)}\n`;
  }

  /** Offers the landscapes there are; of families without one, that there is none yet. */
  #list(): void {
    const before = this.#shown.value;
    const names = [...new Set(this.#races.map(landscapeName))];
    const missing = tuneFamilies.filter((family) => !this.#races.some((race) => race.family === family));
    const title = (name: string): string => name.replace(/^\w+/, (family) => titles[family as TuneFamily] ?? family);
    this.#shown.replaceChildren(
      ...names.map((name) => el("option", { value: name }, title(name))),
      ...missing.map((family) => el("option", { value: family, disabled: true }, `${titles[family]}: not tuned yet`)),
    );
    this.#shown.value = names.includes(before) ? before : (names[0] ?? "");
  }

  #draw(): void {
    this.#frame = 0;
    const name = this.#shown.value;
    const races = this.#races.filter((race) => landscapeName(race) === name);
    const axes = races[0]?.axes ?? [];
    const chosen = this.#choices.get(name) ?? axes.map((_, i) => ["rows", "columns"][i] ?? best);
    this.#choices.set(name, chosen);
    this.#offerAxes(races, chosen);
    const held = Object.fromEntries(
      axes.flatMap((_, i) => {
        const value = valuesOf(races, i).find((one) => String(one) === chosen[i]);
        return value === undefined ? [] : [[i, value]];
      }),
    );
    const land = landscapeOf(races, { rows: chosen.indexOf("rows"), columns: chosen.indexOf("columns"), held });
    this.#drawTable(land);
    this.#figure.hidden = races.length === 0;
    this.#drawn = land;
    if (races.length > 0)
      void (this.#landscape ??= startLandscape()).then(
        (view) => this.#drawn === land && view.set(land),
        (error: unknown) => (byId("landscape-hover", HTMLElement).textContent = String(error)),
      );
  }

  /** A choice for each axis: drawn along a side, held at a value, or its best; two are always drawn. */
  #offerAxes(races: readonly TuningRace[], chosen: string[]): void {
    const [first] = races;
    const option = (value: string, text: string, now: string): HTMLElement =>
      el("option", { value, selected: value === now }, text);
    this.#axes.replaceChildren(
      ...(first?.axes ?? []).map((axis, i) => {
        const now = chosen[i]!;
        const drawn = isSide(now);
        const select = el(
          "select",
          { "data-axis": axis.name },
          option("rows", "along the left", now),
          option("columns", "along the front", now),
          ...(drawn
            ? []
            : [
                option(best, "best of all", now),
                ...valuesOf(races, i).map((value) => option(String(value), String(value), now)),
              ]),
        );
        select.addEventListener("change", () => {
          // What was drawn there changes places with it.
          const other = chosen.indexOf(select.value);
          if (isSide(select.value)) chosen[other] = drawn ? now : best;
          chosen[i] = select.value;
          this.#draw();
        });
        return el("label", {}, axisName(first!, i), select);
      }),
    );
  }

  #drawTable({ rows, columns, rowName, columnName, bars, unit }: Landscape): void {
    const head = [
      el("th", { scope: "col" }, unit),
      ...columns.map((value) => el("th", { scope: "col", class: "number" }, String(value))),
    ];
    const body = rows.map((value, row) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, String(value)),
        ...columns.map((_, column) => {
          const bar = bars.find((one) => one.row === row && one.column === column);
          const text = !bar ? "–" : bar.speed === undefined ? "✕" : `${marksOf(bar)} ${digits(bar.speed)}`;
          return el("td", { class: "number", title: bar && describeBar(bar) }, text);
        }),
      ),
    );
    const caption = el("caption", { class: "muted" }, rowName && `Down: ${rowName}. Across: ${columnName}.`);
    this.#table.replaceChildren(tableOf(head, body, caption));
  }
}

/** @throws Error where there is no WebGPU to draw with */
async function startLandscape(): Promise<LandscapeView> {
  const { LandscapeView } = await import("./landscape.ts");
  const view = new LandscapeView(
    byId("landscape-canvas", HTMLCanvasElement),
    byId("landscape-labels", HTMLElement),
    byId("landscape-hover", HTMLElement),
  );
  await view.start();
  return view;
}

/** Whether an axis is drawn along a side of the landscape. */
const isSide = (choice: string): boolean => choice === "rows" || choice === "columns";

const landscapeName = ({ family, landscape }: TuningRace): string => `${family}: ${landscape}`;

const isSame = (a: TuningRace, b: TuningRace): boolean => landscapeName(a) === landscapeName(b) && a.name === b.name;
