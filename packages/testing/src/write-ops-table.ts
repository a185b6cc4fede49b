// npm run docs:ops: writes docs/ops.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { opsTable } from "./ops-table.ts";

writeFileSync(join(import.meta.dirname, "../../../docs/ops.md"), opsTable());
