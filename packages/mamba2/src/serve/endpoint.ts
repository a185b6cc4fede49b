// What the two endpoints that generate differ in: what they read, and the shapes in which they answer.
import type { JsonObject } from "@x/tensor/core";
import type { ParsedRequest, ServedModel } from "./parsed-request.ts";
import type { FieldTable } from "./fields.ts";
import type { Finish, TokenText } from "./text-delta.ts";

export interface Endpoint {
  readonly fields: FieldTable;
  /** what ids begin with */
  readonly id: string;
  readonly object: string;
  readonly chunkObject: string;
  /** @throws ApiError or ConfigError for what cannot be honoured */
  read(fields: JsonObject, served: ServedModel): ParsedRequest;
  /** What a streamed choice begins with. */
  readonly opening: JsonObject | undefined;
  /** A piece of a streamed choice; the last says why it ended. */
  part(text: string, logProbs: readonly TokenText[] | null, finish: Finish | null): JsonObject;
  /** A choice that has ended. */
  whole(text: string, logProbs: readonly TokenText[] | null, finish: Finish): JsonObject;
}
