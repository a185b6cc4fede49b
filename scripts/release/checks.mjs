// What the checks of packages share: commands that must end well, shown when they do not; the sum at the end.
import { run } from "../workspace.mjs";

/** A list of checks and how they ended. */
export class Checks {
  /** @type {string[]} */
  failures = [];

  /**
   * Runs a command; shows what it said only when it fails.
   * @param {string} what @param {string} command @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options]
   * @returns {string | undefined} what it printed; undefined when it failed
   */
  command(what, command, args, options) {
    const { status, output } = run(command, args, { stdio: "pipe", ...options });
    this.note(what, status === 0 ? undefined : output);
    return status === 0 ? output : undefined;
  }

  /** Says how a check ended. @param {string} what @param {string} [problem] @returns {boolean} whether it ended well */
  note(what, problem) {
    console.log(`${problem === undefined ? "ok    " : "FAILED"} ${what}`);
    if (problem === undefined) return true;
    console.log(problem);
    this.failures.push(what);
    return false;
  }

  /** A check that holds or says what is wrong. @param {string} what @param {boolean} holds @param {() => string} problem */
  holds(what, holds, problem) {
    return this.note(what, holds ? undefined : problem());
  }

  /** The last line, and the exit status of the process. @param {string} name */
  finish(name) {
    const { length } = this.failures;
    console.log(length === 0 ? `${name}: ok` : `${name}: ${length} failed: ${this.failures.join("; ")}`);
    process.exitCode = length === 0 ? 0 : 1;
  }
}
