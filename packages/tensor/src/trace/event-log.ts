// The events of a trace, so many at the most, and their text in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open.

/** A line of the picture: a thread of a process, in the words of the format. */
export interface Track {
  readonly process: number;
  readonly thread: number;
  readonly processName: string;
  readonly threadName: string;
  /** What is to be added to the times of its events to get nanoseconds of `performance.now()`; default 0. */
  offsetNs?(): number;
}

/** One piece of work. */
export interface Span {
  readonly track: Track;
  readonly name: string;
  readonly category: string;
  /** nanoseconds of its track's clock */
  readonly beginNs: number;
  readonly endNs: number;
  readonly args: Readonly<Record<string, unknown>>;
  /** may overlap others of its track */
  readonly overlaps?: boolean;
  /** of a submit: what it and the first work of it on its device have in common */
  readonly flow?: string;
}

type TraceEvent = Readonly<Record<string, unknown>> & { readonly ts: number; readonly pid: number };

/** Microseconds with three digits behind the point. */
const micros = (ns: number): number => Math.round(ns) / 1000;

export class EventLog {
  readonly #most: number;
  readonly #startNs = performance.now() * 1e6;
  readonly #tracks: Track[] = [];
  readonly #spans: Span[] = [];
  readonly #whenFull: () => void;
  #full = false;

  /** `whenFull` is called once, when a span finds no room. */
  constructor(most: number, whenFull: () => void) {
    this.#most = most;
    this.#whenFull = whenFull;
  }

  get size(): number {
    return this.#spans.length;
  }

  /** Whether spans were left out. */
  get full(): boolean {
    return this.#full;
  }

  track(track: Track): Track {
    this.#tracks.push(track);
    return track;
  }

  add(span: Span): void {
    if (this.#spans.length < this.#most) return void this.#spans.push(span);
    if (this.#full) return;
    this.#full = true;
    this.#whenFull();
  }

  /** @param about what else there is to know of the trace */
  json(about: Readonly<Record<string, unknown>>): string {
    const lines = [
      ...this.#names(),
      ...this.#events().toSorted(
        (a, b) => a.ts - b.ts || a.pid - b.pid, // the host's submit before what comes of it
      ),
    ].map((event) => JSON.stringify(event));
    return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[\n${lines.join(",\n")}\n]}\n`;
  }

  #names(): object[] {
    return this.#tracks.flatMap(({ process: pid, thread: tid, processName, threadName }) => [
      { ph: "M", name: "process_name", pid, tid, args: { name: processName } },
      { ph: "M", name: "thread_name", pid, tid, args: { name: threadName } },
    ]);
  }

  #events(): TraceEvent[] {
    const offsets = new Map(this.#tracks.map((track) => [track, (track.offsetNs?.() ?? 0) - this.#startNs]));
    const flows = new Set<string>();
    // Of spans that begin together the longest comes first: it holds the others.
    const spans = this.#spans.toSorted((a, b) => a.beginNs - b.beginNs || b.endNs - a.endNs);
    return spans.flatMap(({ track, name, category, beginNs, endNs, args, overlaps, flow }, id): TraceEvent[] => {
      const offset = offsets.get(track)!;
      const [ts, end] = [micros(beginNs + offset), micros(endNs + offset)];
      const event = { name, cat: category, pid: track.process, tid: track.thread, args };
      if (overlaps)
        return [
          { ...event, ph: "b", id, ts },
          { ...event, ph: "e", id, ts: end },
        ];
      const whole = { ...event, ph: "X", ts, dur: micros(endNs - beginNs) };
      if (flow === undefined) return [whole];
      const first = track.offsetNs === undefined;
      if (!first && flows.has(flow)) return [whole];
      if (!first) flows.add(flow);
      const arrow = { name: "submit", cat: "submit", pid: track.process, tid: track.thread, id: flow, ts };
      return [whole, first ? { ...arrow, ph: "s" } : { ...arrow, ph: "f", bp: "e" }];
    });
  }
}
