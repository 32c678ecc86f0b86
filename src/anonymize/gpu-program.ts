import { VeilError } from '../errors.ts';

/** Bits of GPUBufferUsage and GPUMapMode, which only browsers define as globals. */
const MAP_READ = 1;
const COPY_SRC = 4;
const COPY_DST = 8;
const STORAGE = 128;
const READ = 1;
const MOST_GROUPS = 65535;

type Input = Uint32Array | Int32Array | Float32Array | Uint8Array;

/** A compute shader whose storage buffers are read-only, except for the last one, the output. */
export class GpuProgram {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;
  /** Kept between runs, and enlarged when too small: inputs, output, and the buffer for reading back. */
  readonly #buffers: GPUBuffer[] = [];

  private constructor(device: GPUDevice, pipeline: GPUComputePipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  /** @throws Error if the shader does not compile here */
  static async compile(device: GPUDevice, code: string): Promise<GpuProgram> {
    const module = device.createShaderModule({ code });
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    return new GpuProgram(device, pipeline);
  }

  /**
   * Runs the shader on non-empty inputs, each a multiple of four bytes.
   *
   * @returns the output: `words` numbers of 32 bits
   * @throws VeilError GPU_LOST on any fault: then the result can't be trusted
   */
  async run(inputs: readonly Input[], words: number, groups: number): Promise<Uint32Array> {
    const device = this.#device;
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const bytes = words * 4;
    let back: GPUBuffer;
    try {
      back = this.#submit(inputs, bytes, groups);
    } catch (cause) {
      throw gpuLost(cause);
    }
    try {
      const [invalid, exhausted] = await Promise.all([
        device.popErrorScope(),
        device.popErrorScope(),
        back.mapAsync(READ, 0, bytes),
      ]);
      const failure = invalid ?? exhausted;
      if (failure !== null) throw new Error(failure.message);
      const result = new Uint32Array(back.getMappedRange(0, bytes).slice(0));
      back.unmap();
      return result;
    } catch (cause) {
      throw gpuLost(cause);
    }
  }

  #submit(inputs: readonly Input[], bytes: number, groups: number): GPUBuffer {
    const device = this.#device;
    const entries = inputs.map((input, binding) => {
      const buffer = this.#buffer(binding, input.byteLength, STORAGE | COPY_DST);
      device.queue.writeBuffer(buffer, 0, input.buffer, input.byteOffset, input.byteLength);
      return { binding, resource: { buffer, size: input.byteLength } };
    });
    const output = this.#buffer(inputs.length, bytes, STORAGE | COPY_SRC);
    const back = this.#buffer(inputs.length + 1, bytes, MAP_READ | COPY_DST);
    const group = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [...entries, { binding: inputs.length, resource: { buffer: output, size: bytes } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.min(groups, MOST_GROUPS), Math.ceil(groups / MOST_GROUPS));
    pass.end();
    encoder.copyBufferToBuffer(output, 0, back, 0, bytes);
    device.queue.submit([encoder.finish()]);
    return back;
  }

  #buffer(index: number, bytes: number, usage: number): GPUBuffer {
    const held = this.#buffers[index];
    if (held !== undefined && held.size >= bytes) return held;
    held?.destroy();
    const size = Math.ceil((bytes * 1.25) / 256) * 256;
    const buffer = this.#device.createBuffer({ size, usage });
    this.#buffers[index] = buffer;
    return buffer;
  }
}

/** The error for a GPU that failed during a run. */
export function gpuLost(cause: unknown): VeilError {
  return new VeilError('GPU_LOST', 'The GPU stopped working while faces were being covered.', {
    hint: 'No uncovered frame was written. Run again with --anonymizer cpu.',
    cause,
  });
}
