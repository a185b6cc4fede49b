// What a page and the worker that runs its code say to each other.

/** To the worker: run this once. */
export interface LiveRun {
  readonly code: string;
  /** "cpu": as in a browser without WebGPU */
  readonly device: "auto" | "cpu";
}

/** From the worker. */
export type LiveMessage =
  | { readonly kind: "line"; readonly text: string; readonly error?: boolean }
  | { readonly kind: "failed"; readonly text: string; readonly line?: number }
  | { readonly kind: "done"; readonly seconds: number };
