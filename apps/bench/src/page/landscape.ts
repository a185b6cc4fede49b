// The 3D landscape: bars on a WebGPU canvas, an orbit camera, the bar under the pointer told in words. Draws only when something changed.
import { mat4, vec3 } from "wgpu-matrix";
import { cssColor, el, onSchemeChange } from "./dom.ts";
import { type Bar, describeBar, emptyLandscape, type Landscape, marksOf } from "./landscape-data.ts";
import { floats, LandscapeRenderer } from "./landscape-renderer.ts";

const tallest = 1.15;
/** Height of what was tried and has no time. */
const flat = 0.015;

/** Numbers of a CSS colour, 0 … 1. */
function rgb(css: string): [number, number, number] {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d")!;
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
  return [r! / 255, g! / 255, b! / 255];
}

export class LandscapeView {
  readonly #canvas: HTMLCanvasElement;
  readonly #labels: HTMLElement;
  readonly #hover: HTMLElement;
  #gpu: LandscapeRenderer | undefined;
  #land = emptyLandscape;
  #yaw = -0.75;
  #pitch = 0.55;
  #distance = 3.5;
  #picked: Bar | undefined;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, labels: HTMLElement, hover: HTMLElement) {
    this.#canvas = canvas;
    this.#labels = labels;
    this.#hover = hover;
    this.#listen();
    onSchemeChange(() => this.#redraw());
    new ResizeObserver(() => this.#redraw()).observe(canvas);
  }

  /** Gets a device for drawing. @throws Error where there is no WebGPU */
  async start(): Promise<void> {
    const adapter = await (navigator as Partial<Navigator>).gpu?.requestAdapter();
    if (!adapter)
      throw new Error("The landscape is drawn with WebGPU, and there is no adapter. The table below says the same.");
    const device = await adapter.requestDevice();
    this.#gpu = new LandscapeRenderer(this.#canvas, device);
    void device.lost.then(({ reason }) => {
      this.#gpu = undefined;
      if (reason !== "destroyed")
        void this.start().catch((error: unknown) => (this.#hover.textContent = String(error)));
    });
    this.#redraw();
  }

  set(land: Landscape): void {
    this.#land = land;
    this.#picked = undefined;
    const best = land.bars.find(({ speed }) => speed !== undefined && speed === land.most);
    const told = best ? `Best: ${describeBar(best)}` : "Nothing timed yet.";
    this.#canvas.setAttribute(
      "aria-label",
      `Landscape of ${land.title || "no kernel"}: ${land.bars.length} places. ${told}`,
    );
    this.#hover.textContent = told;
    this.#redraw();
  }

  #listen(): void {
    const canvas = this.#canvas;
    const pointers = new Map<number, { x: number; y: number }>();
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    for (const end of ["pointerup", "pointercancel"] as const)
      canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
      const from = pointers.get(event.pointerId);
      if (!from) return this.#pick(event.offsetX, event.offsetY);
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (pointers.size === 1) this.#orbit(dx * 0.008, dy * 0.006);
      else this.#zoom(1 - dy * 0.005);
      from.x = event.clientX;
      from.y = event.clientY;
    });
    canvas.addEventListener("pointerleave", () => this.#highlight(undefined));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#zoom(Math.exp(event.deltaY * 0.001));
      },
      { passive: false },
    );
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#orbit(-0.12, 0),
      ArrowRight: () => this.#orbit(0.12, 0),
      ArrowUp: () => this.#orbit(0, 0.08),
      ArrowDown: () => this.#orbit(0, -0.08),
      "+": () => this.#zoom(0.9),
      "=": () => this.#zoom(0.9),
      "-": () => this.#zoom(1.1),
    };
    canvas.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  #orbit(yaw: number, pitch: number): void {
    this.#yaw += yaw;
    this.#pitch = Math.min(1.45, Math.max(0.12, this.#pitch + pitch));
    this.#redraw();
  }

  #zoom(factor: number): void {
    this.#distance = Math.min(7, Math.max(1.6, this.#distance * factor));
    this.#redraw();
  }

  #redraw(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #eye(): Float32Array {
    const reach = Math.cos(this.#pitch) * this.#distance;
    return vec3.create(
      Math.sin(this.#yaw) * reach,
      0.14 + Math.sin(this.#pitch) * this.#distance,
      Math.cos(this.#yaw) * reach,
    );
  }

  #camera(): Float32Array {
    const { clientWidth, clientHeight } = this.#canvas;
    const aspect = clientWidth / Math.max(1, clientHeight);
    // A narrow canvas sees as wide as a square one.
    const projection = mat4.perspective(2 * Math.atan(Math.tan(0.36) / Math.min(1, aspect / 1.15)), aspect, 0.1, 30);
    return mat4.multiply(projection, mat4.lookAt(this.#eye(), [0, 0.14, 0], [0, 1, 0])) as Float32Array;
  }

  /** The position of a bar: the floor is two wide along the longer side. */
  #place({ row, column }: { readonly row: number; readonly column: number }): {
    readonly x: number;
    readonly z: number;
    readonly half: number;
  } {
    const { rows, columns } = this.#land;
    const cell = 2 / Math.max(rows.length, columns.length, 1);
    return {
      x: (column - (columns.length - 1) / 2) * cell,
      z: (row - (rows.length - 1) / 2) * cell,
      half: cell * 0.38,
    };
  }

  /** Its share of the fastest. */
  #share({ speed }: Bar): number | undefined {
    return speed === undefined ? undefined : speed / Math.max(this.#land.most, 1e-9);
  }

  #height(bar: Bar): number {
    return Math.max(flat, tallest * (this.#share(bar) ?? 0));
  }

  #draw(): void {
    const camera = this.#camera();
    const instances = new Float32Array(floats * this.#land.bars.length);
    for (const [i, bar] of this.#land.bars.entries()) {
      const { x, z, half } = this.#place(bar);
      instances.set(
        [x, z, this.#height(bar), half, this.#share(bar) ?? -1, bar === this.#picked ? 1 : 0, 0, 0],
        floats * i,
      );
    }
    this.#gpu?.draw(camera, this.#eye(), instances, rgb(cssColor("--card")));
    this.#drawLabels(camera);
  }

  #project(
    camera: Float32Array,
    point: readonly [number, number, number],
  ): { readonly left: number; readonly top: number } {
    const [x, y] = vec3.transformMat4(point, camera) as Float32Array;
    return { left: ((x! + 1) / 2) * this.#canvas.clientWidth, top: ((1 - y!) / 2) * this.#canvas.clientHeight };
  }

  #drawLabels(camera: Float32Array): void {
    const { rows, columns, rowName, columnName, bars } = this.#land;
    const front = Math.cos(this.#yaw) >= 0 ? rows.length - 0.2 : -0.8;
    const side = Math.sin(this.#yaw) >= 0 ? columns.length - 0.2 : -0.8;
    const label = (row: number, column: number, text: string, kind?: string, height = 0): HTMLElement => {
      const { x, z } = this.#place({ row, column });
      const { left, top } = this.#project(camera, [x, height, z]);
      const at = `${left.toFixed(1)}px`;
      const inside = kind === "axis" ? `clamp(5rem, ${at}, calc(100% - 5rem))` : at; // a phone's canvas is narrow
      return el("span", { class: kind, style: `left: ${inside}; top: ${top.toFixed(1)}px` }, text);
    };
    const outward = (at: number, by: number): number => at + (at < 0 ? -by : by);
    this.#labels.replaceChildren(
      ...columns.map((value, column) => label(front, column, String(value))),
      label(outward(front, 0.9), (columns.length - 1) / 2, columnName, "axis"),
      ...rows.map((value, row) => label(row, side, String(value))),
      label((rows.length - 1) / 2, outward(side, 0.9), rowName, "axis"),
      ...bars
        .filter((bar) => marksOf(bar) !== "")
        .map((bar) => label(bar.row, bar.column, marksOf(bar), "mark", this.#height(bar) + 0.07)),
    );
  }

  #pick(left: number, top: number): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const inverse = mat4.inverse(this.#camera());
    const at = [(2 * left) / clientWidth - 1, 1 - (2 * top) / clientHeight] as const;
    const near = vec3.transformMat4([at[0], at[1], 0], inverse) as Float32Array;
    const far = vec3.transformMat4([at[0], at[1], 1], inverse) as Float32Array;
    const direction = vec3.subtract(far, near) as Float32Array;
    let [closest, hit]: [number, Bar | undefined] = [Infinity, undefined];
    for (const bar of this.#land.bars) {
      const { x, z, half } = this.#place(bar);
      const t = enters(near, direction, [x - half, 0, z - half], [x + half, this.#height(bar), z + half]);
      if (t < closest) [closest, hit] = [t, bar];
    }
    this.#highlight(hit);
  }

  #highlight(bar: Bar | undefined): void {
    if (bar === this.#picked) return;
    this.#picked = bar;
    if (bar) this.#hover.textContent = describeBar(bar);
    this.#redraw();
  }
}

/** Where a ray enters a box; Infinity when it misses. */
function enters(
  origin: Float32Array,
  direction: Float32Array,
  low: readonly number[],
  high: readonly number[],
): number {
  let [from, to] = [0, Infinity];
  for (let axis = 0; axis < 3; axis++) {
    const a = (low[axis]! - origin[axis]!) / direction[axis]!;
    const b = (high[axis]! - origin[axis]!) / direction[axis]!;
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from <= to ? from : Infinity;
}
