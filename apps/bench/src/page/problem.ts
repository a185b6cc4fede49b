// What went wrong with the device, and what the reader can do about it.

/** A problem as it travels from the worker. */
export interface Problem {
  readonly message: string;
  readonly kind?: string;
  readonly limit?: string;
}

interface Explanation {
  readonly title: string;
  readonly advice: string;
}

const explanations: Readonly<Record<string, Explanation>> = {
  lost: {
    title: "The GPU device was lost.",
    advice:
      "The driver was reset, another program took it, or it ran out of memory. Results so far are kept. Press Run to request a new device; if it happens again, filter to fewer or smaller rows.",
  },
  limit: {
    title: "This device refuses a limit that was asked for.",
    advice: "Take the limit out of the address, use another adapter, or run smaller sizes.",
  },
  memory: {
    title: "The device ran out of memory.",
    advice: "Close other tabs that use the GPU, or filter to smaller rows.",
  },
  browser: {
    title: "This browser has no WebGPU.",
    advice:
      "Use Chrome or Edge 113, Safari 26 or Firefox 141 or later, over https or from localhost. Device: CPU works everywhere.",
  },
  adapter: {
    title: "WebGPU is there, but no adapter.",
    advice:
      "Check the graphics driver (chrome://gpu says why; on Linux Vulkan is needed and Chrome may want --enable-unsafe-webgpu). Device: CPU works everywhere.",
  },
  CheckpointError: { title: "This model cannot be loaded.", advice: "" },
  ConfigError: { title: "That does not go.", advice: "" },
};
const stopped = { title: "The run stopped.", advice: "The message below says why. Reload the page to start over." };

/** Title and advice for a problem. */
export function explain({ kind = "", message }: Problem): Explanation {
  const known = kind === "adapter" && /navigator\.gpu/.test(message) ? "browser" : kind;
  return Object.hasOwn(explanations, known) ? explanations[known]! : stopped;
}

/** An error as a problem. */
export function problemOf(error: unknown): Problem {
  const { kind, limit, message } = error as { kind?: unknown; limit?: unknown; message?: unknown };
  return {
    message: typeof message === "string" ? message : String(error),
    ...(typeof kind === "string" && { kind }),
    ...(typeof limit === "string" && { limit }),
  };
}
