// Draws the landscape's bars and floor on a WebGPU canvas.
import { landscapeShader } from "./landscape-wgsl.ts";

const samples = 4;
export const floats = 8; // per bar: center x, z, height, half width; colour value (below 0: grey), highlight, 2 unused

/** Pipeline, buffers and targets of the canvas. */
export class LandscapeRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #device: GPUDevice;
  readonly #context: GPUCanvasContext;
  readonly #bars: GPURenderPipeline;
  readonly #floor: GPURenderPipeline;
  readonly #uniforms: GPUBuffer;
  #instances: GPUBuffer;
  #targets: { readonly color: GPUTexture; readonly depth: GPUTexture } | undefined;

  constructor(canvas: HTMLCanvasElement, device: GPUDevice) {
    const context = canvas.getContext("webgpu");
    if (!context) throw new Error("The canvas gave no WebGPU context.");
    this.#canvas = canvas;
    this.#device = device;
    this.#context = context;
    const format = navigator.gpu.getPreferredCanvasFormat();
    context.configure({ device, format, alphaMode: "opaque" });
    const module = device.createShaderModule({ code: landscapeShader });
    const pipeline = (vertex: string, fragment: string): GPURenderPipeline =>
      device.createRenderPipeline({
        layout: "auto",
        vertex: { module, entryPoint: vertex },
        fragment: { module, entryPoint: fragment, targets: [{ format }] },
        primitive: { topology: "triangle-list" },
        depthStencil: { format: "depth24plus", depthWriteEnabled: true, depthCompare: "less" },
        multisample: { count: samples },
      });
    this.#bars = pipeline("bar_vertex", "bar_fragment");
    this.#floor = pipeline("floor_vertex", "floor_fragment");
    this.#uniforms = device.createBuffer({ size: 112, usage: 0x48 }); // uniform, copy destination
    this.#instances = device.createBuffer({ size: 4 * floats, usage: 0x88 }); // storage, copy destination
  }

  draw(
    camera: Float32Array,
    eye: Float32Array,
    instances: Float32Array<ArrayBuffer>,
    ground: readonly [number, number, number],
  ): void {
    const { width, height } = this.#size();
    const device = this.#device;
    if (this.#instances.size < instances.byteLength) {
      this.#instances.destroy();
      this.#instances = device.createBuffer({ size: instances.byteLength, usage: 0x88 });
    }
    device.queue.writeBuffer(this.#uniforms, 0, new Float32Array([...camera, ...eye, 0, ...ground, 0]));
    if (instances.length > 0) device.queue.writeBuffer(this.#instances, 0, instances);
    const targets = (this.#targets ??= this.#makeTargets(width, height));
    const encoder = device.createCommandEncoder();
    const [r, g, b] = ground;
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: targets.color.createView(),
          resolveTarget: this.#context.getCurrentTexture().createView(),
          clearValue: { r, g, b, a: 1 },
          loadOp: "clear",
          storeOp: "discard",
        },
      ],
      depthStencilAttachment: {
        view: targets.depth.createView(),
        depthClearValue: 1,
        depthLoadOp: "clear",
        depthStoreOp: "discard",
      },
    });
    const bind = (pipeline: GPURenderPipeline, buffers: readonly GPUBuffer[]): void => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(
        0,
        device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
        }),
      );
    };
    bind(this.#floor, [this.#uniforms]);
    pass.draw(6);
    if (instances.length > 0) {
      bind(this.#bars, [this.#uniforms, this.#instances]);
      pass.draw(30, instances.length / floats);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  #size(): { readonly width: number; readonly height: number } {
    const limit = this.#device.limits.maxTextureDimension2D;
    const width = Math.max(1, Math.min(limit, Math.round(this.#canvas.clientWidth * devicePixelRatio)));
    const height = Math.max(1, Math.min(limit, Math.round(this.#canvas.clientHeight * devicePixelRatio)));
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#targets?.color.destroy();
      this.#targets?.depth.destroy();
      this.#targets = undefined;
    }
    return { width, height };
  }

  #makeTargets(width: number, height: number): { color: GPUTexture; depth: GPUTexture } {
    const make = (format: GPUTextureFormat): GPUTexture =>
      this.#device.createTexture({ size: [width, height], sampleCount: samples, format, usage: 0x10 }); // render attachment
    return { color: make(navigator.gpu.getPreferredCanvasFormat()), depth: make("depth24plus") };
  }
}
