// One entry of the index under check. It hands out inputs and takes results, and sees to it that no tensor of the entry is left out.
import { type Device, type Tensor, tensor } from "@x/tensor";
import type { FixtureEntry, FixtureTensor, HostValue } from "./fixture-set.ts";
import { compareValues, type Report } from "./report.ts";

const EXACT: FixtureTensor = { tolerances: {} };

/** Accounts for the tensors of one entry: each is an input, or is compared exactly once, or fails. */
export class EntryCheck {
  readonly entry: FixtureEntry;
  readonly device: Device;
  #values: ReadonlyMap<string, HostValue> = new Map();
  readonly #report: Report;
  readonly #pending: Set<string>;

  constructor(entry: FixtureEntry, device: Device, report: Report) {
    this.entry = entry;
    this.device = device;
    this.#report = report;
    this.#pending = new Set(entry.tensors.keys());
  }

  /** Gives it the contents of the entry's file. */
  fill(values: ReadonlyMap<string, HostValue>): void {
    this.#values = values;
    for (const name of values.keys()) this.#pending.add(name);
  }

  /** Names of the tensors that are in the file or the index. */
  get names(): string[] {
    return [...new Set([...this.entry.tensors.keys(), ...this.#values.keys()])];
  }

  /** Those that are neither taken as inputs nor compared yet. */
  get open(): string[] {
    return [...this.#pending];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The part of the names after a prefix, of those that have it. */
  after(prefix: string): string[] {
    return this.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** An input's numbers. */
  host(name: string): HostValue {
    const value = this.#values.get(name);
    if (!value) throw new Error(`the file must hold the tensor ${name}; it does not`);
    this.#pending.delete(name);
    return value;
  }

  /** An input on the device. The caller disposes of it. */
  input(name: string): Tensor {
    return upload(this.host(name), this.device);
  }

  /** Compares a result with the tensor of that name. */
  async compare(name: string, got: Tensor | undefined): Promise<void> {
    if (!got) return this.fail(name, "the library's op has no such output");
    return this.compareHost(name, { shape: got.shape, values: await got.data() });
  }

  async compareHost(name: string, got: Parameters<typeof compareValues>[0]): Promise<void> {
    if (!this.#values.has(name)) return this.fail(name, "index.json names this tensor, but the file does not hold it");
    this.expect(this.label(name), got, this.#values.get(name)!, this.entry.tensors.get(name) ?? EXACT);
    this.#pending.delete(name);
  }

  /** Compares a result with the tensor `name` under a label of its own: that may be compared several times, each way of computing it. */
  async compareAs(label: string, name: string, got: Tensor): Promise<void> {
    const want = this.host(name);
    const values = { shape: got.shape, values: await got.data() };
    this.expect(this.label(label), values, want, this.entry.tensors.get(name) ?? EXACT);
  }

  /** Compares with a value of another entry, under that one's tolerance. */
  expect(
    label: string,
    got: Parameters<typeof compareValues>[0],
    want: HostValue,
    { tolerances, shape }: FixtureTensor,
  ): void {
    if (shape && shape.join() !== want.shape.join()) {
      this.#report.add({
        name: label,
        passed: false,
        reason: `index.json says shape [${shape.join(", ")}], the file [${want.shape.join(", ")}]`,
      });
      return;
    }
    this.#report.add({ name: label, ...compareValues(got, want, tolerances, this.device.kind === "webgpu") });
  }

  pass(name: string): void {
    this.#pending.delete(name);
    this.#report.add({ name: this.label(name), passed: true, error: 0, limit: 0 });
  }

  fail(name: string, reason: string): void {
    this.#pending.delete(name);
    this.#report.add({ name: this.label(name), passed: false, reason });
  }

  /** Passes where something holds. @param reason why it fails else */
  verify(name: string, holds: boolean, reason: string): void {
    if (holds) this.pass(name);
    else this.fail(name, reason);
  }

  /** Says that the entry is not checked, and why. */
  skip(reason: string): void {
    this.#report.add({ name: this.entry.file, passed: false, skipped: true, reason });
  }

  /** Fails every tensor that should have been compared and was not; the entry itself when none is left. */
  abort(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const open = [...this.#pending].filter((name) => !isInput(name));
    if (open.length === 0) return this.#report.add({ name: this.entry.file, passed: false, reason });
    for (const name of open) this.fail(name, reason);
  }

  /** To be called at the end: what was never read is something this checker does not know. */
  finish(): void {
    for (const name of this.#pending) this.fail(name, "the checker does not know what this tensor is");
  }

  label(name: string): string {
    return `${this.entry.file} ${name}`;
  }
}

function isInput(name: string): boolean {
  return name.startsWith("in.") || name.startsWith("gout.");
}

/** A host value on a device: i32 or f32. */
export function upload({ shape, values }: HostValue, device: Device): Tensor {
  return tensor(values instanceof Float64Array ? Float32Array.from(values) : values, { shape, device });
}
