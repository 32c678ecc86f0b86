/** Sums the samples of rectangles: one workgroup per rectangle. Integers, so sums equal those of the CPU. */
export const sumKernel = /* wgsl */ `
struct Rectangle {
  start: u32,      // first word of the tile that holds it
  stride: u32,     // words a row of the tile
  x: u32,          // in samples of the tile
  y: u32,
  width: u32,
  height: u32,
  unused0: u32,
  unused1: u32,
}

@group(0) @binding(0) var<storage, read> rectangles: array<Rectangle>;
@group(0) @binding(1) var<storage, read> samples: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

var<workgroup> total: atomic<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * 65535u + group.x;
  if (index >= arrayLength(&sums)) { return; }
  let rectangle = rectangles[index];
  let count = rectangle.width * rectangle.height;
  var sum = 0u;
  for (var i = thread; i < count; i += 64u) {
    let x = rectangle.x + i % rectangle.width;
    let y = rectangle.y + i / rectangle.width;
    let word = samples[rectangle.start + y * rectangle.stride + x / 4u];
    sum += (word >> (8u * (x % 4u))) & 255u;
  }
  atomicAdd(&total, sum);
  workgroupBarrier();
  if (thread == 0u) { sums[index] = atomicLoad(&total); }
}
`;
