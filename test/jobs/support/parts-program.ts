import { configSchema } from '../../../src/config/schema.ts';
import { coverInParts } from '../../../src/jobs/parts/cover-in-parts.ts';

/** A program that covers a video in parts of two seconds. A test starts and kills it. */
const [input = '', output = ''] = process.argv.slice(2);
const config = configSchema.parse({ look: { sizes: [320] }, video: { preset: 'ultrafast' } });
await coverInParts({ input, output, config, atOnce: 2, seconds: 2 });
