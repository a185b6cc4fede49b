// What the model page and its worker say to each other. Plain data.
import type { Mamba2Config } from "@x/mamba2";
import type { Problem } from "../page/problem.ts";

export interface TrainRequest {
  readonly type: "train";
  readonly text: string;
  /** what the text is: one text, or a JSON object a line */
  readonly as: "text" | "jsonl";
  /** of the adapter that is trained on the model that is there; absent: the model itself is trained */
  readonly rank?: number;
  readonly steps: number;
  readonly batch: number;
  readonly length: number;
  readonly lr: number;
  readonly seed: number;
  /** steps between samples; 0: none */
  readonly sampleEvery: number;
  readonly prompt: string;
}

export interface WriteRequest {
  readonly type: "write";
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What is said to a model that has a chat template. */
export interface SayRequest {
  readonly type: "say";
  readonly text: string;
  /** what the model is told before all else; "" for nothing */
  readonly system: string;
  /** a Jinja template; "" for the model's */
  readonly template: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
}

/** A part of a state to be drawn: rows across, columns down. */
export interface StateMap {
  readonly title: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** How a model's matrices are held: floats of a type, or integers of so many bits. */
export type Held = "f32" | "bf16" | "8" | "4";

export type CheckpointFile = readonly [name: string, bytes: Uint8Array];

export type Request =
  | {
      readonly type: "create";
      readonly config: Partial<Mamba2Config>;
      readonly device: "auto" | "webgpu" | "cpu";
      readonly seed: number;
    }
  | TrainRequest
  | WriteRequest
  | { readonly type: "read"; readonly text: string; readonly layer: number }
  | { readonly type: "save"; readonly where: "file" | "opfs" }
  | {
      readonly type: "load";
      /** else the model of a name on the hub, else what is kept in the browser */
      readonly files?: readonly File[];
      readonly name?: string;
      /** how matrices are held; default f32, or as the files say */
      readonly held?: Held;
      readonly device: "auto" | "webgpu" | "cpu";
    }
  | SayRequest
  | { readonly type: "undo" }
  | { readonly type: "reset" }
  /** downloads that the browser keeps */
  | { readonly type: "forget" }
  | { readonly type: "stop" };

export type Reply =
  | {
      readonly type: "model";
      readonly device: string;
      readonly parameters: number;
      /** of all tensors on the device */
      readonly usedBytes: number;
      readonly config: Mamba2Config;
      readonly stateBytes: number;
    }
  | { readonly type: "downloading"; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly type: "messages"; readonly messages: readonly { readonly role: string; readonly content: string }[] }
  | { readonly type: "reply"; readonly text: string }
  | {
      readonly type: "replied";
      readonly readTokens: number;
      readonly tokens: number;
      readonly firstMs: number;
      readonly tokensPerSecond: number;
      readonly endedBy: string;
      /** of mixers and convolutions: the same however long the conversation is */
      readonly stateBytes: number;
      /** of keys and values, with the room that they have */
      readonly cacheBytes: number;
      readonly cacheTokens: number;
      readonly maps: readonly StateMap[];
    }
  | {
      readonly type: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly tokensPerSecond: number;
      readonly validationLoss?: number;
      readonly usedBytes: number;
      /** the GPU was lost before it */
      readonly recovered?: string;
    }
  | { readonly type: "piece"; readonly text: string; readonly first: boolean }
  | {
      readonly type: "written";
      readonly prefillTokensPerSecond: number;
      readonly decodeTokensPerSecond: number;
      readonly stateBytes: number;
    }
  | {
      readonly type: "state";
      readonly rows: number;
      readonly columns: number;
      readonly values: Float32Array;
      readonly read: number;
      readonly of: number;
    }
  | {
      readonly type: "saved";
      readonly where: "file" | "opfs";
      readonly files: readonly CheckpointFile[];
      readonly bytes: number;
    }
  | { readonly type: "done"; readonly of: Request["type"] }
  | { readonly type: "problem"; readonly problem: Problem };
