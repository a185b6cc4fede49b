// Errors as OpenAI's interface has them: a status, and JSON that says of which kind, about which field and under which code.
import { ConfigError, type JsonObject, TensorError } from "@x/tensor/core";

/** What a client did that cannot be, or what the service cannot do now. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  /** the field of the request */
  readonly param: string | null;

  constructor(status: number, message: string, more: { readonly code?: string; readonly param?: string } = {}) {
    super(message);
    this.status = status;
    this.type = TYPES[status] ?? (status < 500 ? "invalid_request_error" : "server_error");
    this.code = more.code ?? null;
    this.param = more.param ?? null;
  }
}

const TYPES: Readonly<Record<number, string>> = { 401: "authentication_error", 429: "rate_limit_error" };

/** A request that cannot be honoured. */
export const refuse = (param: string, message: string, code = "invalid_value"): never => {
  throw new ApiError(400, message, { code, param });
};

/** Any error as one of the interface. Anything that is not the client's mistake is a fault of the service: its sentence goes to who runs it, not to the client. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ConfigError) {
    const { field } = error.fields;
    return new ApiError(400, error.message, { code: "invalid_value", ...(field !== undefined && { param: field }) });
  }
  if (error instanceof TensorError) return new ApiError(500, error.message, { code: "model_error" });
  return new ApiError(500, "The service has failed to answer; its log says why.", { code: "internal_error" });
}

export function errorJson({ message, type, param, code }: ApiError): JsonObject {
  return { error: { message, type, param, code } };
}
