// What the page and its worker say to each other.
export type FromWorker =
  | { readonly kind: "ready"; readonly device: string; readonly parameters: number }
  | { readonly kind: "step"; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly kind: "piece"; readonly text: string }
  | { readonly kind: "answered" };

export interface ToWorker {
  readonly question: string;
}
