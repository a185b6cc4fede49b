// The public surface of @x/mamba2.
export {};
