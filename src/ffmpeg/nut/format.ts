/**
 * The parts of the NUT container that carry raw video between ffmpeg and this program: NUT is the only container that
 * every ffmpeg writes and reads through a pipe with exact timestamps in any time base.
 *
 * @see https://ffmpeg.org/nut.html (NUT open container format)
 */
export const FILE_ID = Buffer.from('nut/multimedia container\0', 'latin1');

export const START = {
  main: 0x4e4d7a561f5f04adn,
  stream: 0x4e5311405bf2f9dbn,
  syncpoint: 0x4e4be4adeeca4569n,
  index: 0x4e58dd672f23e64en,
  info: 0x4e49ab68b596ba78n,
} as const;

export const FLAG = {
  key: 1,
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** Packets longer than this carry a checksum of their header. */
export const SHORT_PACKET = 4096;

/** Thrown for bytes that ffmpeg does not write. A truncated file can't be told from a complete one. */
export class NutError extends Error {}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** CRC-32 with generator 0x04C11DB7, most significant bit first, start value 0, no final inversion. */
export function crc32(data: Uint8Array): number {
  let crc = 0;
  for (const byte of data) crc = (crc << 8) ^ TABLE[((crc >>> 24) ^ byte) & 0xff]!;
  return crc >>> 0;
}
