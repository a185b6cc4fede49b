// WebGPU tests never skip silently: this makes a missing adapter an error that says how to get one.

/** Throws with `hint` when `navigator.gpu` gives no adapter. */
export async function requireAdapter(hint: string): Promise<void> {
  const adapter = await (navigator as Partial<Navigator>).gpu?.requestAdapter();
  if (!adapter) throw new Error(`WebGPU tests need an adapter; navigator.gpu gave none. ${hint}`);
}
