// Runs turbo with its telemetry off: turbo.json has no key for that.
import { bin, run } from "./workspace.mjs";

process.exit(run(bin("turbo"), process.argv.slice(2)).status);
