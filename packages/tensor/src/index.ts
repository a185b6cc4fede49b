// The public surface of @x/tensor.
export {};
