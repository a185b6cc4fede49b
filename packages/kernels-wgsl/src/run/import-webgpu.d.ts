/** The optional package `webgpu`, Dawn for Node. Rejects where it is not installed. */
export declare function importWebGPU(): Promise<{ create(options: readonly string[]): GPU }>;
