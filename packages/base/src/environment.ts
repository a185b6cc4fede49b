// Variables of the environment that a process was started with.

interface HostGlobals {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly Deno?: {
    readonly permissions: { querySync(descriptor: { name: "env"; variable: string }): { readonly state: string } };
  };
}

/**
 * A variable of the environment, "" counting as none; undefined where there is none, in a page, and where Deno was not
 * allowed to read it (asking would stop the program with a prompt).
 *
 * @example
 * console.log(environment("NO_SUCH_VARIABLE")); // undefined
 */
export function environment(name: string): string | undefined {
  const { process, Deno } = globalThis as HostGlobals;
  if (Deno && Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return process?.env?.[name] || undefined;
}
