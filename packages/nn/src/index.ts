// The public surface of @x/nn.
export {};
