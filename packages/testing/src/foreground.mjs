// Runs a command in the place of this process: same terminal, same signals, same end.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * @param {string} command @param {readonly string[]} args @param {{ cwd?: string, env?: Record<string, string> }} [options] env: added to ours
 * @returns {Promise<number>} its exit status; 128 + n when signal n killed it, 127 when it could not start
 */
export function runInForeground(command, args, { cwd, env = {} } = {}) {
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32" && command !== process.execPath, // npm's commands are .cmd files there
  });
  /** @type {[NodeJS.Signals, () => void][]} */
  const handlers = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]).map((signal) => {
    // A terminal sends Ctrl-C to the child as well; passing it on would make two.
    const handler = () => void (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on(signal, handler);
    return [signal, handler];
  });
  return new Promise((resolve) => {
    const end = (/** @type {number} */ status) => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      resolve(status);
    };
    child.on("error", (error) => {
      console.error(`Cannot start "${command}": ${error.message}`);
      end(127);
    });
    child.on("exit", (code, signal) => end(code ?? 128 + (signal ? (constants.signals[signal] ?? 1) : 1)));
  });
}
