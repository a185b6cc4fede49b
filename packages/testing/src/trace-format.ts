// What a trace must be, by the Trace Event Format and by the order of things: read back from its text alone.
import { expect } from "vitest";

export interface TraceEvent {
  readonly ph: "M" | "X" | "b" | "e" | "s" | "f";
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly id?: string | number;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface ReadTrace {
  readonly about: {
    readonly cut: boolean;
    readonly devices: readonly Readonly<Record<string, unknown>>[];
  };
  readonly events: readonly TraceEvent[];
  /** whole events of a category */
  of(category: string): readonly TraceEvent[];
}

/** Reads a trace; fails where it is not one. */
export function readTrace(json: string): ReadTrace {
  const { traceEvents, otherData } = JSON.parse(json) as {
    readonly traceEvents: readonly TraceEvent[];
    readonly otherData: ReadTrace["about"];
  };
  const named = new Set<string>();
  let last = 0;
  for (const { ph, name, pid, tid, ts, dur, cat, args } of traceEvents) {
    expect(name).toEqual(expect.any(String));
    expect([pid, tid].every((id) => Number.isInteger(id) && id > 0)).toBe(true);
    if (ph === "M") {
      named.add(`${name} ${pid} ${tid}`);
      continue;
    }
    expect(["X", "b", "e", "s", "f"]).toContain(ph);
    expect(cat).toEqual(expect.any(String));
    expect(named.has(`process_name ${pid} ${tid}`) && named.has(`thread_name ${pid} ${tid}`)).toBe(true);
    expect(Number.isFinite(ts) && ts >= last, `${name}: ${ts} after ${last}`).toBe(true);
    last = ts;
    if (ph === "X") expect(Number.isFinite(dur) && dur >= 0 && typeof args === "object").toBe(true);
  }
  const whole = traceEvents.filter(({ ph }) => ph === "X");
  requireNested(whole);
  requirePairs(traceEvents);
  requireAfterSubmit(traceEvents);
  return { about: otherData, events: traceEvents, of: (category) => whole.filter(({ cat }) => cat === category) };
}

/** Whole events of a track hold one another or lie apart; microseconds have three digits. */
function requireNested(events: readonly TraceEvent[]): void {
  const open = new Map<string, { readonly name: string; readonly end: number }[]>();
  const ns = (us: number): number => Math.round(us * 1000);
  for (const { name, pid, tid, ts, dur } of events) {
    const track = `${pid} ${tid}`;
    const around = open.get(track) ?? [];
    open.set(track, around);
    while (around.length > 0 && around.at(-1)!.end <= ns(ts)) around.pop();
    const end = ns(ts) + ns(dur);
    const outer = around.at(-1);
    expect(outer === undefined || end <= outer.end + 1, `${name} ends ${end}, in ${outer?.name} of ${outer?.end}`).toBe(
      true,
    );
    around.push({ name, end });
  }
}

/** Each begin that may overlap others has one end, and comes before it. */
function requirePairs(events: readonly TraceEvent[]): void {
  const open = new Set<string>();
  for (const { ph, pid, cat, id } of events) {
    const key = `${pid} ${cat} ${id}`;
    if (ph === "b") {
      expect(open.has(key)).toBe(false);
      open.add(key);
    } else if (ph === "e") expect(open.delete(key)).toBe(true);
  }
  expect(open.size).toBe(0);
}

/** No work of a device begins before its submit; each submit's first work has the arrow from it. */
function requireAfterSubmit(events: readonly TraceEvent[]): void {
  const submits = new Map(events.filter(({ ph }) => ph === "s").map(({ id, ts }) => [id, ts]));
  const arrived = new Set(events.filter(({ ph }) => ph === "f").map(({ id }) => id));
  for (const { ph, pid, ts, name, args } of events) {
    if (ph !== "X" || pid === 1) continue;
    const id = `${pid}.${String(args["submit"])}`;
    const submitted = submits.get(id);
    expect(submitted !== undefined && ts >= submitted, `${name} at ${ts} of submit ${id} at ${submitted}`).toBe(true);
    expect(arrived.has(id)).toBe(true);
  }
}
