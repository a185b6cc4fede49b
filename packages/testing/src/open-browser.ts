// Chromium from npm, as the tests of pages use it.
import { type Browser, chromium } from "playwright-core";
import { browserEnv, chromiumArgs, chromiumPath } from "./gpu-env.mjs";

/** The browser; `webgpu: false` starts it without the switches that give headless Linux an adapter. */
export function openBrowser({ webgpu = true, env = {} as Readonly<Record<string, string>> } = {}): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({
    ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
    args: webgpu ? chromiumArgs() : ["--no-sandbox", "--disable-gpu", "--disable-features=WebGPU"],
    env: { ...process.env, ...browserEnv(), ...env } as Record<string, string>,
  });
}
