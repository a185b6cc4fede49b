// Whether a process that left something in a folder is still there. Node and Deno only.
import { readFileSync } from "node:fs";

/** Whether a process of this machine has this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // there, and another user's
  }
}

/** When a process began, as this boot of Linux counts it: tells it from a later one that was given the same number. Undefined on other systems, and where there is none. */
export function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state …": the name may hold anything, ")" as well; the start is the 22nd field
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return undefined; // no such files: another system, or no such process
  }
}
