// The public surface of @x/testing.
export {};
